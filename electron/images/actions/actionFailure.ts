import { fileError } from '../../system/fileErrors';
import { imageError } from '../imageError';

/**
 * What went wrong, in words for people; the signal's reason and what is unknown stay as they are.
 *
 * @param subject the image that it is about, or the path of the file that was written
 */
export function actionFailure(error: unknown, subject: string): unknown {
  return imageError(fileError(error, subject), subject);
}
