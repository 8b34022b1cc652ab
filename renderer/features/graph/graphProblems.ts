import type { DockerfileSyntax, StageGraph } from '../../../shared/dockerfile';
import type { CardEdge, SourceCard, StageCard } from './nodes';

/** Something that makes a graph one that BuildKit won't build, or not as it was meant. */
export type GraphProblem = { line: number } & (
  | { kind: 'circle'; stages: readonly string[] }
  /** `--from` with a number that no stage has. */
  | { kind: 'no-stage'; text: string }
  /** `--from` with a variable, which BuildKit doesn't expand there. */
  | { kind: 'variable'; text: string }
  /** The chosen target is no stage of the file. */
  | { kind: 'no-target'; name: string }
  /** A FROM that can't be resolved; `message` is in BuildKit's words. */
  | { kind: 'base'; stage: string; message: string }
  /** FROM names a stage that comes only after it: BuildKit takes it for an image. */
  | { kind: 'later'; name: string }
  /** An image whose name is almost that of a stage. */
  | { kind: 'similar'; name: string; stage: string }
);

/** Everything wrong with the graph, in file order. */
export function findGraphProblems(
  { stages }: DockerfileSyntax,
  graphs: readonly StageGraph[],
  model: {
    readonly stages: readonly StageCard[];
    readonly sources: readonly SourceCard[];
    readonly edges: readonly CardEdge[];
  },
  target: string,
): GraphProblem[] {
  const problems = new Map<string, GraphProblem>();
  const add = (problem: GraphProblem): void => void problems.set(JSON.stringify(problem), problem);
  for (const graph of graphs) {
    for (const circle of graph.circles) {
      const members = circle.flatMap((index) => model.stages[index] ?? []);
      add({ kind: 'circle', stages: members.map(({ label }) => label), line: members[0]?.line ?? 1 });
    }
    for (const { id, text, reason } of graph.unknown) {
      add({ kind: reason, text, line: model.sources.find((source) => source.id === id)?.line ?? 1 });
    }
  }
  for (const { problem, label, line } of model.stages) {
    if (problem !== undefined) add({ kind: 'base', stage: label, message: problem, line });
  }
  const names = [...new Set(stages.flatMap(({ name }) => name ?? []))];
  for (const { kind, label, line, id } of model.sources) {
    if (kind !== 'image') continue;
    const isBase = model.edges.some((edge) => edge.from === id && edge.kind === 'base');
    const later =
      isBase && stages.find(({ name, lines }) => name === label.toLowerCase() && lines.start >= line);
    const similar = names.find((name) => isSimilar(name, label));
    if (later) add({ kind: 'later', name: label, line });
    else if (similar !== undefined) add({ kind: 'similar', name: label, stage: similar, line });
  }
  if (stages.length > 0 && graphs.some(({ hasTarget }) => !hasTarget)) {
    add({ kind: 'no-target', name: target, line: 1 });
  }
  return [...problems.values()].sort((a, b) => a.line - b.line);
}

/** Shorter names are too often alike by chance, as `base` and `bash` are. */
const shortestTypo = 5;

/** Whether one slip of the finger (a letter more, less, changed or swapped) makes one name of the other. */
function isSimilar(name: string, reference: string): boolean {
  const [a, b] = [name, reference.toLowerCase()];
  if (a === b || Math.min(a.length, b.length) < shortestTypo || Math.abs(a.length - b.length) > 1)
    return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return Math.max(x.length, y.length) === 1 || (x.length === 2 && x[0] === y[1] && x[1] === y[0]);
}
