import type { BuilderNode } from '../../shared/contract';
import { assignPlatforms, ownNode } from '../../shared/model/nodeAssignment';

/** One node's share of a build. */
export interface NodeShare {
  node: BuilderNode;
  /** Canonical; empty when the node's own platform is built. */
  platforms: string[];
}

/** Who builds what, in the order in which the nodes are first needed; nothing without nodes. */
export function nodeShares(nodes: readonly BuilderNode[], platforms: readonly string[]): NodeShare[] {
  const own = ownNode(nodes);
  if (own === undefined) return [];
  if (platforms.length === 0) return [{ node: own, platforms: [] }];
  const shares = new Map<string, NodeShare>();
  for (const { platform, node: name } of assignPlatforms(nodes, platforms)) {
    const node = nodes.find((one) => one.name === name) ?? own;
    const share = shares.get(name) ?? { node, platforms: [] };
    share.platforms.push(platform);
    shares.set(name, share);
  }
  return [...shares.values()];
}
