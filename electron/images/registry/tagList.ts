import { z } from 'zod';
import { BlobError } from '../blobSource';
import { readPages } from './paging';
import { registryFailure } from './registryError';
import { bodyOf, type RepositoryAccess } from './repositoryAccess';

const pageSize = 1000;
const maxPageBytes = 8 * 1024 * 1024;
const maxTags = 20_000;

const tagsSchema = z.object({ tags: z.array(z.string()).nullish() });

/** The tags of a repository in the registry's order; `complete` is false where there are more than are read. */
export interface TagList {
  readonly tags: readonly string[];
  readonly complete: boolean;
}

/** @throws StudioError `not-found` when there is no such repository, BlobError when the list is none, and others */
export async function listTags(repository: RepositoryAccess, signal: AbortSignal): Promise<TagList> {
  const tags = new Set<string>();
  const complete = await readPages(
    repository,
    `tags/list?n=${pageSize}`,
    { accept: 'application/json' },
    async (answer, host) => {
      if (!answer.ok) throw await registryFailure(answer, host.domain, repository.path);
      const what = `the list of tags of ${repository.path}`;
      const bytes = await bodyOf(answer, host.domain, what, maxPageBytes, signal);
      const before = tags.size;
      for (const tag of parseTags(bytes, what)) tags.add(tag);
      return tags.size > before && tags.size < maxTags;
    },
    signal,
  );
  return { tags: [...tags].slice(0, maxTags), complete: complete && tags.size <= maxTags };
}

function parseTags(bytes: Uint8Array, what: string): readonly string[] {
  try {
    return tagsSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).tags ?? [];
  } catch (cause) {
    throw new BlobError(
      'corrupt',
      what,
      `${what.charAt(0).toUpperCase()}${what.slice(1)} is no list of tags.`,
      { cause },
    );
  }
}
