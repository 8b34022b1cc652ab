import { canRunNatively, formatPlatform, parsePlatform } from './platform';

/** What has to be known of a node to give it work. */
export interface AssignableNode {
  readonly name: string;
  readonly status: 'stopped' | 'starting' | 'running' | 'stopping' | 'unreachable';
  /** As its daemon lists them, its own first; empty while the daemon was not asked. */
  readonly platforms: readonly { readonly platform: string; readonly emulated: boolean }[];
  /** Platforms that somebody gave to this node (buildx's `create --platform`), any spelling. */
  readonly fixedPlatforms?: readonly string[] | undefined;
}

/**
 * Why a node gets a platform: it was given to the node, the node's processor runs it, the node emulates it, or no node
 * is known to run it and this is the builder's only node, or its first usable one.
 */
export type AssignmentReason = 'fixed' | 'native' | 'emulated' | 'only-node' | 'first-node';

/** A node that did not get a platform, and what keeps it from it. A node that could have done it as well is none. */
export interface PassedOverNode {
  node: string;
  why: 'unreachable' | 'stopped' | 'not-offered';
}

/** Where one platform is built. */
export interface PlatformAssignment {
  /** In its canonical spelling; as it was given when it is no platform. */
  platform: string;
  node: string;
  why: AssignmentReason;
  /** Whether its executables run by emulation there, as far as is known. */
  emulated: boolean;
  /** What stands against it: the node can't be reached, is not asked yet because it is stopped, or doesn't run it. */
  obstacle?: 'unreachable' | 'stopped' | 'unsupported';
  passedOver: PassedOverNode[];
}

/**
 * How well a node fits a platform, the best first. `compatible` is another platform's executables that the processor
 * runs too, such as 386 on amd64; `unknown` is a node that has not told what it runs.
 */
const fits = ['fixed', 'native', 'compatible', 'emulated', 'unknown', 'not-offered'] as const;
type Fit = (typeof fits)[number];

/**
 * Finds the node that builds each of the wanted platforms, by the rules of buildx's resolver (build/resolver): a
 * platform that was given to a node goes there, then native goes before emulated, then the first node counts. A node
 * that can't be reached is passed over as long as another one can do it; a platform that no node is known to run goes
 * to a node that has not told yet what it runs, else to the first one.
 *
 * @param platforms any spelling; equal ones are taken once
 * @returns one assignment a platform, in the order asked for; empty when there are no nodes
 */
export function assignPlatforms(
  nodes: readonly AssignableNode[],
  platforms: readonly string[],
): PlatformAssignment[] {
  if (nodes.length === 0) return [];
  return [...new Set(platforms.map(canonicalPlatform))].map((platform) => assign(nodes, platform));
}

/** The node that builds when no platform is asked for: the first that can be reached, else the first. */
export function ownNode<N extends AssignableNode>(nodes: readonly N[]): N | undefined {
  return nodes.find(({ status }) => status !== 'unreachable') ?? nodes[0];
}

/** The platform that is built when none is asked for; undefined while its node has told none. */
export function ownPlatform(nodes: readonly AssignableNode[]): string | undefined {
  const own = ownNode(nodes)?.platforms[0]?.platform;
  return own === undefined ? undefined : canonicalPlatform(own);
}

/** One spelling for each platform: `linux/arm64/v8` and `linux/aarch64` are `linux/arm64`. Other text stays as it is. */
export function canonicalPlatform(platform: string): string {
  const parsed = parsePlatform(platform);
  return parsed.ok ? formatPlatform(parsed.value) : platform;
}

function assign(nodes: readonly AssignableNode[], platform: string): PlatformAssignment {
  const candidates = nodes.map((node) => ({ node, fit: fitOf(node, platform) }));
  const chosen = candidates.reduce((best, next) => (rank(next) < rank(best) ? next : best));
  const { node, fit } = chosen;
  const obstacle = obstacleOf(chosen);
  return {
    platform,
    node: node.name,
    why: reasonOf(fit, nodes.length),
    emulated: fit === 'emulated' || (fit === 'fixed' && offerOf(node, platform) === 'emulated'),
    ...(obstacle === undefined ? {} : { obstacle }),
    passedOver: candidates.flatMap((other) => {
      const why = other === chosen ? undefined : obstacleOf(other);
      if (why === undefined) return [];
      return [{ node: other.node.name, why: why === 'unsupported' ? 'not-offered' : why }];
    }),
  };
}

interface Candidate {
  node: AssignableNode;
  fit: Fit;
}

/** A node that runs the platform comes before any that doesn't, then one that answers before one that doesn't. */
function rank({ node: { status }, fit }: Candidate): number {
  const isOffered = fit !== 'unknown' && fit !== 'not-offered';
  return fits.indexOf(fit) + (isOffered ? 0 : 100) + (status === 'unreachable' ? 10 : 0);
}

function fitOf(node: AssignableNode, platform: string): Fit {
  if (node.fixedPlatforms?.some((fixed) => canonicalPlatform(fixed) === platform)) return 'fixed';
  return offerOf(node, platform);
}

/** What the daemon's own list says. */
function offerOf({ platforms }: AssignableNode, platform: string): Exclude<Fit, 'fixed'> {
  if (platforms.length === 0) return 'unknown';
  const listed = platforms.filter((entry) => canonicalPlatform(entry.platform) === platform);
  if (listed.some(({ emulated }) => !emulated)) return 'native';
  if (platforms.some((entry) => !entry.emulated && runs(entry.platform, platform))) return 'compatible';
  return listed.length > 0 ? 'emulated' : 'not-offered';
}

function runs(machine: string, platform: string): boolean {
  const [host, wanted] = [parsePlatform(machine), parsePlatform(platform)];
  return host.ok && wanted.ok && canRunNatively(host.value, wanted.value);
}

function reasonOf(fit: Fit, nodes: number): AssignmentReason {
  if (fit === 'compatible') return 'native';
  if (fit === 'unknown' || fit === 'not-offered') return nodes === 1 ? 'only-node' : 'first-node';
  return fit;
}

function obstacleOf({ node: { status }, fit }: Candidate): PlatformAssignment['obstacle'] {
  if (status === 'unreachable') return 'unreachable';
  if (fit === 'unknown') return 'stopped';
  return fit === 'not-offered' ? 'unsupported' : undefined;
}
