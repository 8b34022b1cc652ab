import type { ImageSource } from '../../../../shared/contract';
import { parseReference } from '../../../../shared/model/reference';

/** The reference of the tag that a source names; undefined for a digest alone, and outside of registries. */
export function tagOf(source: ImageSource): string | undefined {
  if (source.kind !== 'registry') return undefined;
  const parsed = parseReference(source.reference);
  if (!parsed.ok) return undefined;
  const { tag, digest } = parsed.value;
  // Without anything, `latest` is meant.
  return tag !== undefined || digest === undefined ? source.reference.replace(/@.*$/, '') : undefined;
}
