import type { DockerfileSyntax, StageGraph } from '../../../shared/dockerfile';
import { stageLabel } from '../dockerfile/stageSteps';
import type { StageStep } from '../dockerfile/stageSteps';
import type { CardEdge, SourceCard, StageCard } from './nodes';
import { findGraphProblems } from './graphProblems';
import type { GraphProblem } from './graphProblems';

export interface GraphModel {
  /** The platforms that the Dockerfile was resolved for: what all indexes count. */
  platforms: readonly string[];
  stages: StageCard[];
  sources: SourceCard[];
  edges: CardEdge[];
  problems: GraphProblem[];
}

/**
 * Lays the graphs of all platforms over each other.
 *
 * @param platforms what each graph was resolved for
 * @param steps the steps of each stage, for each platform
 * @param target the chosen target; the last stage when empty
 */
export function graphModel(
  syntax: DockerfileSyntax,
  graphs: readonly StageGraph[],
  platforms: readonly string[],
  steps: readonly (readonly StageStep[][])[],
  target: string,
): GraphModel {
  const lastIndex = syntax.stages.length - 1;
  const targetIndex =
    target === ''
      ? lastIndex
      : (syntax.stages.findLast(({ name }) => name === target.toLowerCase())?.index ?? -1);
  const circles = circleOf(graphs);
  const stages = syntax.stages.map((stage, index): StageCard => {
    const nodes = graphs.map((graph) => graph.stages[index]);
    const problem = nodes.find((node) => node?.problem !== undefined)?.problem;
    const replacedBy = nodes[0]?.replacedBy;
    return {
      kind: 'stage',
      id: `stage:${stage.index}`,
      index: stage.index,
      label: stageLabel(stage),
      ...(stage.name === undefined ? {} : { name: stage.name }),
      line: stage.lines.start,
      endLine: stage.lines.end,
      steps: mostSteps(steps, index),
      neededOn: indexesOf(nodes, (node) => node?.needed === true),
      isTarget: index === targetIndex,
      circular: circles.has(index),
      ...(problem === undefined ? {} : { problem }),
      ...(replacedBy === undefined ? {} : { replacedBy }),
    };
  });
  const sources = new Map<string, SourceCard>();
  const edges = new Map<string, CardEdge>();
  graphs.forEach((graph, platform) =>
    addGraph(graph, platform, platforms[platform] ?? '', circles, sources, edges),
  );
  const model = { platforms, stages, sources: [...sources.values()], edges: [...edges.values()] };
  return { ...model, problems: findGraphProblems(syntax, graphs, model, target) };
}

/** Where a stage is built on an image on some platforms only, the list with the FROM says more. */
function mostSteps(steps: readonly (readonly StageStep[][])[], stage: number): readonly StageStep[] {
  let most: readonly StageStep[] = [];
  for (const platform of steps) {
    const own = platform[stage] ?? [];
    if (own.length > most.length) most = own;
  }
  return most;
}

function addGraph(
  graph: StageGraph,
  platform: number,
  platformName: string,
  circles: ReadonlyMap<number, string>,
  sources: Map<string, SourceCard>,
  edges: Map<string, CardEdge>,
): void {
  const outside = new Map(outsideNodes(graph, platformName).map((node) => [node.nodeId, node]));
  for (const edge of graph.edges) {
    const node = outside.get(edge.from);
    const from = node?.card.id ?? edge.from;
    for (const { start: line } of edge.lines) {
      const key = `${from} ${edge.to} ${edge.kind} ${line}`;
      const usedOn = edges.get(key)?.usedOn;
      if (usedOn !== undefined) usedOn.push(platform);
      else {
        const circular = circles.size > 0 && sameCircle(circles, from, edge.to);
        edges.set(key, { from, to: edge.to, kind: edge.kind, line, usedOn: [platform], circular });
      }
    }
    if (node === undefined) continue;
    let source = sources.get(from);
    if (source === undefined) {
      sources.set(from, (source = { ...node.card, line: Infinity, neededOn: [], usedOn: [], baseOf: [] }));
    }
    // On the platform that it is fixed to it looks like any other.
    if (node.card.fixedPlatform !== undefined) source.fixedPlatform = node.card.fixedPlatform;
    source.line = Math.min(source.line, edge.lines[0]?.start ?? Infinity);
    if (node.needed) addOnce(source.neededOn, platform);
    addOnce(source.usedOn, platform);
    if (edge.kind === 'base') addOnce(source.baseOf, edge.to);
  }
}

type OutsideCard = Pick<SourceCard, 'kind' | 'id' | 'label' | 'value' | 'fixedPlatform'>;

function outsideNodes(
  { images, contexts, unknown }: StageGraph,
  platformName: string,
): { nodeId: string; needed: boolean; card: OutsideCard }[] {
  return [
    ...images.map(({ id, reference, platform, needed }) => ({
      nodeId: id,
      needed,
      card: {
        kind: 'image' as const,
        id: `image:${reference}`,
        label: reference,
        ...(platform === platformName ? {} : { fixedPlatform: platform }),
      },
    })),
    ...contexts.map(({ id, name, value, needed }) => ({
      nodeId: id,
      needed,
      card: { kind: 'context' as const, id, label: name, value },
    })),
    ...unknown.map(({ id, text, needed }) => ({
      nodeId: id,
      needed,
      card: { kind: 'unknown' as const, id, label: text },
    })),
  ];
}

/** Stage index -> the circle it is in, on whatever platform. */
function circleOf(graphs: readonly StageGraph[]): Map<number, string> {
  const circles = new Map<number, string>();
  for (const graph of graphs) {
    for (const circle of graph.circles) circle.forEach((index) => circles.set(index, circle.join()));
  }
  return circles;
}

function sameCircle(circles: ReadonlyMap<number, string>, from: string, to: string): boolean {
  const of = (id: string): string | undefined => circles.get(Number(id.replace('stage:', '')));
  return of(from) !== undefined && of(from) === of(to);
}

function addOnce<T>(items: T[], item: T): void {
  if (!items.includes(item)) items.push(item);
}

function indexesOf<T>(items: readonly T[], has: (item: T) => boolean): number[] {
  return items.flatMap((item, index) => (has(item) ? [index] : []));
}
