import type { GraphModel } from './graphModel';
import type { CardEdge, StageCard } from './nodes';
import { cardWidth, stageHeadHeight, stepHeight } from './layout';
import type { GraphLayout, Place } from './layout';
import type { Area } from './viewport';

interface Line {
  /** SVG path. */
  path: string;
  /** Where the arrow's tip is, and which way it points. */
  tip: { x: number; y: number; down: boolean };
  /** Start of the port on a stage's step, if it leaves one. */
  port?: { x: number; y: number };
  label: { x: number; y: number; end: boolean };
  /** A place on the line that no other edge of the two cards passes: where the platforms are marked. */
  mark: { x: number; y: number };
}

export interface DrawnEdge extends Line, Pick<CardEdge, 'kind' | 'circular' | 'usedOn'> {
  key: string;
  /** Whether the target needs it. */
  needed: boolean;
  /** Whether it says what it is: the first of several between two cards does. */
  isLabelled: boolean;
  /** Where it can be seen, roughly. */
  area: Area;
}

/** The lines of all edges between cards that have a place. */
export function drawEdges({
  model,
  layout,
  open,
}: {
  model: GraphModel;
  layout: GraphLayout;
  open: ReadonlySet<string>;
}): DrawnEdge[] {
  const stages = new Map(model.stages.map((stage) => [stage.id, stage]));
  const labelled = new Set<string>();
  const columns = new Map<number, number[]>();
  for (const { x, y } of layout.places.values()) columns.set(x, [...(columns.get(x) ?? []), y]);
  return model.edges.flatMap((edge) => {
    const [from, to] = [layout.places.get(edge.from), layout.places.get(edge.to)];
    const target = stages.get(edge.to);
    if (from === undefined || to === undefined || target === undefined) return [];
    const isFree = !(columns.get(from.x) ?? []).some((y) => y > from.y && y < to.y);
    const source = stages.get(edge.from);
    const line = drawEdge(edge, from, to, rows(source, open), rows(target, open) ?? [], isFree);
    const pair = `${edge.from} ${edge.to} ${edge.kind}`;
    const isLabelled = !labelled.has(pair);
    labelled.add(pair);
    const left = Math.min(from.x, to.x) - 40;
    const top = Math.min(from.y, to.y);
    return {
      ...line,
      key: `${pair} ${edge.line}`,
      kind: edge.kind,
      circular: edge.circular,
      usedOn: edge.usedOn,
      needed: edge.usedOn.some((platform) => target.neededOn.includes(platform)),
      isLabelled,
      area: {
        x: left,
        y: top,
        width: Math.max(from.x, to.x) + cardWidth + 40 - left,
        height: Math.max(from.y + from.height, to.y + to.height) - top,
      },
    };
  });
}

/** The first lines of the steps that a card shows; none for an image. */
function rows(stage: StageCard | undefined, open: ReadonlySet<string>): number[] | undefined {
  if (stage === undefined) return undefined;
  return open.has(stage.id) ? stage.steps.map(({ lines }) => lines.start) : [];
}

/**
 * The line of an edge: straight down from an image onto its stage, along the left edge of the cards where others stand
 * between them, otherwise from the right side to a step's left.
 *
 * @param sourceRows the steps that the source shows; undefined when it is no stage
 * @param isFree whether nothing stands between two cards of the same column
 */
function drawEdge(
  edge: CardEdge,
  from: Place,
  to: Place,
  sourceRows: readonly number[] | undefined,
  targetRows: readonly number[],
  isFree: boolean,
): Line {
  if (edge.kind === 'base' && from.x === to.x && from.y < to.y) {
    if (!isFree) return aside(from, to);
    const x = from.x + cardWidth / 2;
    const top = from.y + from.height;
    return {
      path: `M${x} ${top}V${to.y - 6}`,
      tip: { x, y: to.y, down: true },
      label: { x: x + 5, y: (top + to.y) / 2 + 1, end: false },
      mark: { x, y: (top + to.y) / 2 - 3 },
    };
  }
  const start = {
    x: from.x + cardWidth,
    y: sourceRows === undefined ? from.y + from.height / 2 : rowMiddle(from, sourceRows.length - 1),
  };
  const end = { x: to.x, y: rowMiddle(to, targetRows.indexOf(edge.line)) };
  const bend = Math.max(24, Math.abs(end.x - start.x) / 2);
  return {
    path: `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x - 6} ${end.y}`,
    tip: { ...end, down: false },
    ...(sourceRows === undefined ? {} : { port: start }),
    label: { x: end.x - 8, y: end.y + 12, end: true },
    // Near its start, where edges that end at one card are still apart: the curve's point at 0.3.
    mark: {
      x: 0.343 * start.x + 0.441 * (start.x + bend) + 0.189 * (end.x - bend) + 0.027 * end.x,
      y: 0.784 * start.y + 0.216 * end.y,
    },
  };
}

function aside(from: Place, to: Place): Line {
  const start = from.y + from.height / 2;
  const end = rowMiddle(to, -1);
  const x = from.x - 12;
  return {
    path: `M${from.x} ${start}H${x + 6}Q${x} ${start} ${x} ${start + 6}V${end - 6}Q${x} ${end} ${x + 6} ${end}`,
    tip: { x: to.x, y: end, down: false },
    label: { x: from.x + 5, y: to.y - 8, end: false },
    mark: { x, y: (start + end) / 2 },
  };
}

/** Middle of a step's row; of the head for -1. */
function rowMiddle(place: Place, row: number): number {
  return place.y + 1 + (row < 0 ? stageHeadHeight / 2 : stageHeadHeight + row * stepHeight + stepHeight / 2);
}
