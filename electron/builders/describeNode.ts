import type { BuilderNode, NodePlatform } from '../../shared/contract';
import {
  canRunNatively,
  formatPlatform,
  normalizePlatform,
  parsePlatform,
  type Platform,
} from '../../shared/model/platform';
import type { DaemonPlatform, DaemonVersion, Worker } from '../buildkit';
import type { EmulatorOf } from './emulators';

/**
 * What a node's workers say about it, for people: everything of a {@link BuilderNode} that the daemon knows.
 *
 * @param fixed platforms that were given to the node; listed first, whatever the workers say
 * @param emulatorOf names what emulates a platform on the node's machine, as far as that is known
 */
export function describeNode(
  workers: readonly Worker[],
  daemon: DaemonVersion | undefined,
  fixed: readonly string[] = [],
  emulatorOf: EmulatorOf = () => undefined,
): Pick<BuilderNode, 'platforms' | 'labels' | 'gcPolicy' | 'version' | 'devices'> {
  const worker = workers[0];
  const version = (daemon ?? worker?.version)?.version;
  return {
    ...(version ? { version } : {}),
    platforms: nodePlatforms(
      workers.flatMap(({ platforms }) => platforms),
      fixed,
    ).map((entry) => {
      const emulator = entry.emulated ? emulatorOf(entry.platform) : undefined;
      return emulator === undefined ? entry : { ...entry, emulator };
    }),
    devices: workers.flatMap(({ devices }) => devices.map((device) => ({ ...device }))),
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
 * The platforms of a node: those fixed to it, then its workers', native ones first. The first one listed is the machine's own; a worker lists further
 * variants of its architecture only when the processor has them (BuildKit's util/archutil), so these are native too.
 */
export function nodePlatforms(
  platforms: readonly DaemonPlatform[],
  fixed: readonly string[] = [],
): NodePlatform[] {
  const [host, ...others] = platforms.map(fromDaemon);
  if (host === undefined) return fixed.map((platform) => ({ platform, emulated: false }));
  const isNative = (platform: Platform): boolean =>
    (platform.os === host.os && platform.architecture === host.architecture) ||
    canRunNatively(host, platform);
  const emulated = new Map([[formatPlatform(host), false]]);
  for (const platform of others) {
    const name = formatPlatform(platform);
    if (!emulated.has(name)) emulated.set(name, !isNative(platform));
  }
  const detected = [...emulated]
    .map(([platform, isEmulated]) => ({ platform, emulated: isEmulated }))
    .sort((a, b) => Number(a.emulated) - Number(b.emulated));
  const given = fixed.map((platform) => {
    const parsed = parsePlatform(platform);
    return { platform, emulated: emulated.get(platform) ?? !(parsed.ok && isNative(parsed.value)) };
  });
  return [...given, ...detected.filter(({ platform }) => !fixed.includes(platform))];
}

function fromDaemon({ os, architecture, variant, osVersion }: DaemonPlatform): Platform {
  return normalizePlatform({
    os,
    architecture,
    ...(variant && { variant }),
    ...(osVersion && { osVersion }),
  });
}
