import type { ImageDocument } from '../../../../shared/contract';
import { parseReference, repositoryName } from '../../../../shared/model/reference';
import type { ImagePart } from '../imageParts';

/**
 * The reference by digest that any tool can be given for a part: of the image itself, of a manifest or an index in it,
 * and for blobs of the manifest that they belong to. Undefined where the image is in no registry.
 */
export function pinnedReference({ pinned, source }: ImageDocument, part: ImagePart): string | undefined {
  const named = pinned ?? (source.kind === 'registry' ? source.reference : undefined);
  const parsed = named === undefined ? undefined : parseReference(named);
  if (parsed === undefined || !parsed.ok) return undefined;
  const { digest } = part.kind === 'referrer' ? part.descriptor : part.node.descriptor;
  return `${repositoryName(parsed.value)}@${digest}`;
}
