import { StudioError } from '../../../shared/contract';
import { reportDefect, studio } from '../../app/studio';

/** What a registry's image is made for; none when nobody knows it soon. */
export async function imagePlatforms(reference: string): Promise<readonly string[]> {
  try {
    return (await studio().call('images.platforms', { reference })).platforms;
  } catch (error) {
    // What is no reference has no platforms.
    if (!(error instanceof StudioError)) reportDefect(error);
    return [];
  }
}
