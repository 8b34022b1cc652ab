import { createHash } from 'node:crypto';

/**
 * The pod that serves `key`, by consistent hashing: as long as it is among `pods`, others coming and going change
 * nothing for most keys. The same pod that buildx' sticky chooser takes (buildx driver/kubernetes/podchooser, whose ring
 * orders MD5 sums as pairs of signed 64-bit little-endian numbers).
 *
 * @param pods names
 * @returns undefined when there are none
 */
export function stickyPod(pods: readonly string[], key: string): string | undefined {
  const ring = pods
    .map((pod) => ({ pod, position: positionOf(`${pod}-0`) }))
    .sort((a, b) => compare(a.position, b.position));
  const wanted = positionOf(key);
  return (ring.find(({ position }) => compare(position, wanted) > 0) ?? ring[0])?.pod;
}

/** Any of them; undefined when there are none. */
export function randomPod(pods: readonly string[]): string | undefined {
  return pods[Math.floor(Math.random() * pods.length)];
}

type Position = readonly [high: bigint, low: bigint];

function positionOf(text: string): Position {
  const sum = createHash('md5').update(text).digest();
  return [sum.readBigInt64LE(0), sum.readBigInt64LE(8)];
}

function compare([high, low]: Position, [otherHigh, otherLow]: Position): number {
  const [one, other] = high === otherHigh ? [low, otherLow] : [high, otherHigh];
  return one === other ? 0 : one < other ? -1 : 1;
}
