import type { HttpAnswer } from './http';
import { nextLink } from './linkHeader';
import { registryMisleads } from './registryError';
import type { RegistryHost } from './registryHost';
import { requestFor, type RepositoryAccess } from './repositoryAccess';

const maxPages = 200;

/**
 * Follows the pages of a list (distribution-spec, "Listing tags"). Always the registry itself: mirrors know only some.
 *
 * @param first what to ask for first, below the repository
 * @param read takes a page in; false ends it
 * @returns whether all pages were read; false too when there are more than anybody can want, or they go round in circles
 * @throws StudioError when the list leads to another host; what `read` throws
 */
export async function readPages(
  repository: RepositoryAccess,
  first: string,
  headers: Readonly<Record<string, string>>,
  read: (answer: HttpAnswer, host: RegistryHost) => Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  const host = await repository.registry.host();
  const seen = new Set<string>();
  let target: string | URL = first;
  for (let page = 0; page < maxPages; page++) {
    const answer: HttpAnswer = await host.send(requestFor(repository, 'GET', target, { headers }), signal);
    const link = nextLink(answer.header('link'));
    const wantsMore = await read(answer, host);
    if (link === undefined) return true;
    if (!wantsMore) return false;
    const next = host.resolve(link);
    if (!host.isOwn(next))
      throw registryMisleads(host.domain, `Its list goes on at another host, ${next.host}.`);
    if (seen.has(next.href)) return false;
    seen.add(next.href);
    target = next;
  }
  return false;
}
