import { StudioError } from '../../shared/contract';
import { BlobError } from './blobSource';
import { ImageError } from './document';
import { TarError } from './tar/tarIndex';

/** Turns what is wrong with an image into an error that people understand; other errors come back as they are. */
export function imageError(error: unknown, subject: string): unknown {
  if (error instanceof BlobError) {
    return error.reason === 'missing'
      ? typed(
          'not-found',
          error,
          subject,
          'It was deleted, or never copied along with the rest of the image.',
        )
      : typed('image-invalid', error, subject, hints[error.reason]);
  }
  if (error instanceof ImageError || error instanceof TarError)
    return typed('image-invalid', error, subject, hints.corrupt);
  return error;
}

const hints = {
  'too-large': 'It is not read, as it may have been made to fill the memory.',
  corrupt: 'Get it again from where it came; do not use this one.',
};

function typed(
  code: 'not-found' | 'image-invalid',
  cause: Error,
  subject: string,
  hint: string,
): StudioError {
  return new StudioError(
    { code, message: cause.message, hint, details: { subject, cause: cause.message } },
    { cause },
  );
}
