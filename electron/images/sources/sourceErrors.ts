import { StudioError } from '../../../shared/contract';

/** When an archive of several images has none of this name. */
export function noSuchImage(archive: string, reference: string, known: readonly string[]): StudioError {
  const shown = [...new Set(known)].slice(0, 10);
  return new StudioError({
    code: 'not-found',
    message: `${archive} has no image named ${reference}.`,
    hint: shown.length === 0 ? 'Its images have no names.' : `It has ${shown.join(', ')}.`,
    details: { subject: reference },
  });
}
