import type { DockerfileSyntax, StageGraph } from '../../../shared/dockerfile';
import { stageLabel } from '../dockerfile/stageSteps';
import type { StageStep } from '../dockerfile/stageSteps';

export interface StageCard {
  kind: 'stage';
  /** `stage:0`, as in the resolved graphs. */
  id: string;
  index: number;
  label: string;
  line: number;
  steps: readonly StageStep[];
  /** Whether the target needs it on any platform. */
  needed: boolean;
  isTarget: boolean;
}

export interface ImageCard {
  kind: 'image';
  /** `image:alpine`: one card for all platforms. */
  id: string;
  reference: string;
  /** The first line that names it. */
  line: number;
  needed: boolean;
  /** The stages that are built on it, in file order. */
  baseOf: readonly string[];
}

/** `to` is built on `from`, or its instruction at `line` takes files from it. */
export interface CardEdge {
  from: string;
  to: string;
  kind: 'base' | 'copy' | 'mount';
  line: number;
}

export interface GraphModel {
  stages: StageCard[];
  images: ImageCard[];
  edges: CardEdge[];
}

/**
 * Lays the graphs of all platforms over each other.
 *
 * @param target the chosen target; the last stage when empty
 */
export function graphModel(
  syntax: DockerfileSyntax,
  graphs: readonly StageGraph[],
  steps: readonly StageStep[][],
  target: string,
): GraphModel {
  const lastIndex = syntax.stages.length - 1;
  const stages = syntax.stages.map((stage, index): StageCard => ({
    kind: 'stage',
    id: `stage:${stage.index}`,
    index: stage.index,
    label: stageLabel(stage),
    line: stage.lines.start,
    steps: steps[index] ?? [],
    needed: graphs.some((graph) => graph.stages[index]?.needed),
    isTarget: target === '' ? index === lastIndex : stage.name === target.toLowerCase(),
  }));

  const edges = new Map<string, CardEdge>();
  const images = new Map<string, ImageCard>();
  for (const graph of graphs) {
    const references = new Map(graph.images.map((image) => [image.id, image]));
    for (const edge of graph.edges) {
      const image = references.get(edge.from);
      const from = image === undefined ? edge.from : `image:${image.reference}`;
      for (const { start: line } of edge.lines) {
        edges.set(`${from} ${edge.to} ${edge.kind} ${line}`, { from, to: edge.to, kind: edge.kind, line });
      }
      if (image === undefined) continue;
      const known = images.get(from);
      const line = Math.min(known?.line ?? Infinity, ...edge.lines.map(({ start }) => start));
      const baseOf = edge.kind === 'base' ? [edge.to] : [];
      images.set(from, {
        kind: 'image',
        id: from,
        reference: image.reference,
        line,
        needed: (known?.needed ?? false) || image.needed,
        baseOf: [...new Set([...(known?.baseOf ?? []), ...baseOf])],
      });
    }
  }
  return { stages, images: [...images.values()], edges: [...edges.values()] };
}
