import { StudioError } from '../../../shared/contract/studioError';

/** What is said of a layer that is damaged, hostile or over a limit. `message` is a whole sentence. */
export function invalidLayer(message: string, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'image-invalid',
      message,
      ...(cause instanceof Error ? { details: { cause: cause.message } } : {}),
    },
    cause === undefined ? undefined : { cause },
  );
}
