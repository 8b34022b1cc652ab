import { StudioError } from '../../../shared/contract';
import { familiarName, type ImageReference } from '../../../shared/model/reference';
import type { RegistryRepository } from '../registry/registryRepository';
import { inParallel } from './inParallel';

const maxTags = 1000;
const readsAtOnce = 6;

/**
 * Takes a tag away. A registry that deletes by digest only would take every tag of that digest: there it is done only
 * when no other tag stands for it, or for an index that names it.
 *
 * @param digest what the tag stood for when the person was asked
 * @throws StudioError `not-found`, `conflict` when it stands for something else by now, or when other tags would go with
 *   it; `registry-denied` when the registry does not allow it
 */
export async function deleteTag(
  repository: RegistryRepository,
  reference: ImageReference,
  digest: string,
  signal: AbortSignal,
): Promise<void> {
  const { tag } = reference;
  if (tag === undefined || reference.digest !== undefined) {
    throw new StudioError({
      code: 'invalid-request',
      message: `${familiarName(reference)} is not the name of a tag.`,
      hint: 'Only tags can be deleted, such as registry.example/app:1.0.',
      details: { subject: 'reference' },
    });
  }
  const name = familiarName(reference);
  await expectDigest(repository, tag, name, digest, signal);
  if (await repository.deleteManifest(tag, signal)) return;

  const others = await tagsThatNeed(repository, tag, digest, signal);
  if (others.length > 0) {
    const shown = others.slice(0, 5).join(', ') + (others.length > 5 ? ', …' : '');
    throw new StudioError({
      code: 'conflict',
      message: `The registry ${repository.domain} deletes images only, not single tags, and ${shown} would be lost too.`,
      hint: `Let the other tags stand for something else first, or keep ${name}.`,
      details: { subject: name, cause: `Other tags need ${digest}: ${shown}` },
    });
  }
  // It may have moved while the others were looked at.
  await expectDigest(repository, tag, name, digest, signal);
  await repository.deleteManifest(digest, signal);
}

async function expectDigest(
  repository: RegistryRepository,
  tag: string,
  name: string,
  digest: string,
  signal: AbortSignal,
): Promise<void> {
  const head = await repository.headManifest(tag, signal);
  if (head === undefined) {
    throw new StudioError({
      code: 'not-found',
      message: `There is no ${name} any more.`,
      hint: 'Somebody else may have deleted it.',
      details: { subject: name },
    });
  }
  if (head.digest === digest) return;
  throw new StudioError({
    code: 'conflict',
    message: `${name} stands for another image by now.`,
    hint: 'Look at it again before you delete it.',
    details: { subject: name, cause: `${head.digest} in place of ${digest}` },
  });
}

/** Other tags that stand for the digest, or for a document that names it. */
async function tagsThatNeed(
  repository: RegistryRepository,
  own: string,
  digest: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { tags, complete } = await repository.tags(signal);
  if (!complete || tags.length > maxTags) {
    throw new StudioError({
      code: 'registry-denied',
      message: `The registry ${repository.domain} deletes images only, not single tags, and this repository has too many tags to see whether others would be lost.`,
      hint: 'Delete the tag on the registry’s own web page.',
      details: { subject: repository.path },
    });
  }
  const found: string[] = [];
  const others = tags.filter((tag) => tag !== own);
  await inParallel(others, readsAtOnce, signal, async (tag, stop) => {
    const manifest = await repository.getManifest(tag, stop).catch((error: unknown) => {
      // Deleted meanwhile.
      if (error instanceof StudioError && error.code === 'not-found') return undefined;
      throw error;
    });
    if (manifest === undefined) return;
    if (manifest.digest === digest || Buffer.from(manifest.bytes).includes(digest)) found.push(tag);
  });
  return found.sort();
}
