import { z } from 'zod';
import type { ImageDescriptor, Referrers } from '../../../shared/contract';
import { BlobError, checkDigest } from '../blobSource';
import { platformName } from '../resultImage';
import type { HttpAnswer } from './http';
import { readPages } from './paging';
import { registryFailure } from './registryError';
import { bodyOf, nameIn, requestFor, type RepositoryAccess } from './repositoryAccess';

const indexType = 'application/vnd.oci.image.index.v1+json';
const maxIndexBytes = 4 * 1024 * 1024;
const maxReferrers = 10_000;

const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});
const indexSchema = z.object({
  manifests: z
    .array(
      z.object({
        mediaType: z.string(),
        digest: z.string(),
        size: z.number(),
        artifactType: z.string().nullish(),
        annotations: z.record(z.string(), z.string()).nullish(),
        platform: platformSchema.nullish(),
      }),
    )
    .nullish(),
});

/**
 * Manifests that name another one as their subject: by the API, or where a registry has none by the tag that stands in
 * for it (distribution-spec, "Listing referrers" and "Referrers tag schema").
 *
 * @param artifactType only those; all unless given
 * @throws StudioError, BlobError when a list is no index, or the signal's reason
 */
export async function findReferrers(
  repository: RepositoryAccess,
  digest: string,
  artifactType: string | undefined,
  signal: AbortSignal,
): Promise<Referrers> {
  const found: ImageDescriptor[] = [];
  let isSupported = true;
  const take = async (answer: HttpAnswer): Promise<void> => {
    const bytes = await bodyOf(answer, repository.registry.domain, digest, maxIndexBytes, signal);
    found.push(...descriptorsOf(bytes, digest));
  };
  const query = artifactType === undefined ? '' : `?${new URLSearchParams({ artifactType }).toString()}`;
  await readPages(
    repository,
    `referrers/${digest}${query}`,
    { accept: indexType },
    async (answer, host) => {
      const mediaType = answer.header('content-type')?.split(';')[0]?.trim();
      // A registry without the API may also answer such a path with a page of its own, or refuse it.
      if ([400, 404, 405].includes(answer.status) || (answer.ok && mediaType !== indexType)) {
        answer.discard();
        isSupported = false;
        return false;
      }
      if (!answer.ok) throw await registryFailure(answer, host.domain, nameIn(repository, digest));
      await take(answer);
      return found.length < maxReferrers;
    },
    signal,
  );
  const isWanted = (descriptor: ImageDescriptor): boolean =>
    artifactType === undefined || descriptor.artifactType === artifactType;
  if (isSupported) return { foundBy: 'api', referrers: found.filter(isWanted).slice(0, maxReferrers) };

  const tag = digest.replace(':', '-');
  const host = await repository.registry.host();
  const answer = await host.send(
    requestFor(repository, 'GET', `manifests/${tag}`, { headers: { accept: indexType } }),
    signal,
  );
  if (answer.status === 404) {
    answer.discard();
    return { foundBy: 'none', referrers: [] };
  }
  if (!answer.ok) throw await registryFailure(answer, host.domain, nameIn(repository, tag));
  const told = answer.header('docker-content-digest');
  const bytes = await bodyOf(answer, host.domain, tag, maxIndexBytes, signal);
  if (told !== undefined) checkDigest(told, bytes);
  return { foundBy: 'tag', referrers: descriptorsOf(bytes, tag).filter(isWanted).slice(0, maxReferrers) };
}

function descriptorsOf(bytes: Uint8Array, what: string): ImageDescriptor[] {
  try {
    const { manifests } = indexSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return (manifests ?? []).map(({ mediaType, digest, size, artifactType, annotations, platform }) => ({
      mediaType,
      digest,
      size,
      ...(artifactType ? { artifactType } : {}),
      ...(annotations ? { annotations } : {}),
      ...(platform && platform.os !== 'unknown' ? { platform: platformName(platform) } : {}),
    }));
  } catch (cause) {
    throw new BlobError('corrupt', what, `The list of what refers to ${what} is no index.`, { cause });
  }
}
