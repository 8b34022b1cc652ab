import type { BuilderNode, NodePlatform } from '../../shared/contract';
import {
  canRunNatively,
  formatPlatform,
  normalizePlatform,
  type Platform,
} from '../../shared/model/platform';
import type { DaemonPlatform, DaemonVersion, Worker } from '../buildkit';

/** What a node's workers say about it, for people: everything of a {@link BuilderNode} that the daemon knows. */
export function describeNode(
  workers: readonly Worker[],
  daemon: DaemonVersion | undefined,
): Pick<BuilderNode, 'platforms' | 'labels' | 'gcPolicy' | 'version'> {
  const worker = workers[0];
  const version = (daemon ?? worker?.version)?.version;
  return {
    ...(version ? { version } : {}),
    platforms: nodePlatforms(workers.flatMap(({ platforms }) => platforms)),
    labels: { ...worker?.labels },
    gcPolicy: (worker?.gcPolicies ?? []).map((rule) => ({
      all: rule.all,
      filters: [...rule.filters],
      keepDurationSeconds: rule.keepDurationMs / 1000,
      reservedBytes: rule.reservedSpace,
      maxUsedBytes: rule.maxUsedSpace,
      minFreeBytes: rule.minFreeSpace,
    })),
  };
}

/**
 * The platforms of a worker, native ones first. The first one listed is the machine's own; a worker lists further
 * variants of its architecture only when the processor has them (BuildKit's util/archutil), so these are native too.
 */
export function nodePlatforms(platforms: readonly DaemonPlatform[]): NodePlatform[] {
  const [host, ...others] = platforms.map(fromDaemon);
  if (host === undefined) return [];
  const isNative = (platform: Platform): boolean =>
    (platform.os === host.os && platform.architecture === host.architecture) ||
    canRunNatively(host, platform);
  const emulated = new Map([[formatPlatform(host), false]]);
  for (const platform of others) {
    const name = formatPlatform(platform);
    if (!emulated.has(name)) emulated.set(name, !isNative(platform));
  }
  return [...emulated]
    .map(([platform, isEmulated]) => ({ platform, emulated: isEmulated }))
    .sort((a, b) => Number(a.emulated) - Number(b.emulated));
}

function fromDaemon({ os, architecture, variant, osVersion }: DaemonPlatform): Platform {
  return normalizePlatform({
    os,
    architecture,
    ...(variant && { variant }),
    ...(osVersion && { osVersion }),
  });
}
