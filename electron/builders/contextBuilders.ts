import { stat } from 'node:fs/promises';
import type { DockerContext } from '../../shared/contract';
import type { StoredBuilder } from './store';

/** The driver that builds with an engine's own BuildKit. */
export const contextDriver = 'docker';
const defaultContext = 'default';

/**
 * The builders that Docker's contexts are: each engine's own BuildKit (buildx builder/builder.go). A stored builder of
 * the same name hides the context's. Nobody asked for the default context, so it counts only where its engine has a
 * socket, or the environment names it.
 */
export async function contextBuilders(
  contexts: readonly DockerContext[],
  stored: readonly Pick<StoredBuilder, 'name'>[],
): Promise<StoredBuilder[]> {
  const builders: StoredBuilder[] = [];
  for (const { name, endpoint } of contexts) {
    if (stored.some((builder) => builder.name.toLowerCase() === name.toLowerCase())) continue;
    if (name === defaultContext && !(await isThere(endpoint))) continue;
    const node = { name, endpoint: name, options: {}, platforms: [], flags: [], files: {} };
    builders.push({ name, driver: contextDriver, nodes: [node] });
  }
  return builders;
}

/** Whether something may answer at an engine's address: a socket that exists, or anything that is no socket. */
async function isThere(endpoint: string): Promise<boolean> {
  const path = /^unix:\/\/(.+)$/.exec(endpoint)?.[1];
  if (path === undefined) return true;
  return stat(path).then(
    () => true,
    () => false,
  );
}
