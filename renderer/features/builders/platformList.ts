import type { BuilderNode } from '../../../shared/contract';
import { canonicalPlatform } from '../../../shared/model/nodeAssignment';
import { usualPlatforms } from '../../../shared/model/platform';

/** Every platform that one of the nodes runs or was given, each once, the usual ones first. */
export function platformsOf(nodes: readonly Pick<BuilderNode, 'platforms' | 'fixedPlatforms'>[]): string[] {
  const all = new Set(
    nodes.flatMap((node) =>
      [...node.fixedPlatforms, ...node.platforms.map(({ platform }) => platform)].map(canonicalPlatform),
    ),
  );
  const usual = usualPlatforms.filter((platform) => all.has(platform));
  return [...usual, ...[...all].filter((platform) => !usual.includes(platform))];
}

/** The usual platforms that a node neither runs nor emulates. */
export function missingPlatforms(node: Pick<BuilderNode, 'platforms' | 'fixedPlatforms'>): string[] {
  const known = new Set(platformsOf([node]));
  return usualPlatforms.filter((platform) => !known.has(platform));
}
