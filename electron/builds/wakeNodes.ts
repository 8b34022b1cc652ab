import type { BuilderNode, BuildRequest } from '../../shared/contract';
import type { Logger } from '../system/logger';
import type { BuilderConnections } from './connections';

/** Whether a node has not told yet what it can do, and tells when it is started. */
export function tellsOnceStarted({ status, features }: BuilderNode): boolean {
  return features === undefined && (status === 'stopped' || status === 'starting');
}

/**
 * Starts the stopped nodes of a builder that have to tell what they can do before a build can be planned, and waits for
 * those that are being started: all of several, since the platforms decide which node builds what, and those that are to
 * load the result into an engine. One that can't be started is passed over; planning says what that means.
 *
 * @throws the signal's reason when it aborts
 */
export async function wakeNodes(
  { builder: name, settings }: BuildRequest,
  builders: BuilderConnections,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const builder = builders.get(name);
  if (builder === undefined || !builder.canStart) return;
  if (builder.nodes.length === 1 && settings.output.type !== 'load') return;
  const silent = builder.nodes.filter(tellsOnceStarted);
  const woken = await Promise.allSettled(silent.map((node) => builders.client(name, node.name, { signal })));
  signal.throwIfAborted();
  for (const one of woken) {
    if (one.status === 'rejected') {
      logger.warn({ builder: name, err: one.reason as unknown }, 'a node could not be started for a build');
    }
  }
}
