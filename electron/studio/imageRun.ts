import type { Studio } from '../../shared/contract';
import type { ImageRunner } from '../images/run/imageRunner';

/** Running a platform of an image. */
export function imageRunStreams(runner: ImageRunner): Pick<Studio['streams'], 'images.run'> {
  return { 'images.run': (request, { signal }) => runner.run(request, signal) };
}
