import type { CardEdge, StageCard } from './graphModel';
import { cardWidth, stageHeadHeight, stepHeight } from './layout';
import type { Place } from './layout';

export interface DrawnEdge {
  /** SVG path. */
  path: string;
  /** Where the arrow's tip is, and which way it points. */
  tip: { x: number; y: number; down: boolean };
  /** Start of the port on a stage's step, if it leaves one. */
  port?: { x: number; y: number };
  label: { x: number; y: number; end: boolean };
}

/**
 * The line of an edge: straight down from an image onto its stage, along the left edge of the cards where others stand
 * between them, otherwise from the right side to a step's left.
 *
 * @param isFree whether nothing stands between two cards of the same column
 */
export function drawEdge(
  edge: CardEdge,
  from: Place,
  to: Place,
  source: StageCard | undefined,
  target: StageCard,
  isFree: boolean,
): DrawnEdge {
  if (edge.kind === 'base' && from.x === to.x && from.y < to.y) {
    if (!isFree) return aside(from, to);
    const x = from.x + cardWidth / 2;
    const top = from.y + from.height;
    return {
      path: `M${x} ${top}V${to.y - 6}`,
      tip: { x, y: to.y, down: true },
      label: { x: x + 5, y: (top + to.y) / 2 + 2, end: false },
    };
  }
  const start = {
    x: from.x + cardWidth,
    y: source === undefined ? from.y + from.height / 2 : rowMiddle(from, source.steps.length - 1),
  };
  const row = target.steps.findIndex((step) => step.lines.start === edge.line);
  const end = { x: to.x, y: rowMiddle(to, row) };
  const bend = Math.max(24, Math.abs(end.x - start.x) / 2);
  return {
    path: `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x - 6} ${end.y}`,
    tip: { ...end, down: false },
    ...(source === undefined ? {} : { port: start }),
    label: { x: end.x - 8, y: end.y + 12, end: true },
  };
}

function aside(from: Place, to: Place): DrawnEdge {
  const start = from.y + from.height / 2;
  const end = rowMiddle(to, -1);
  const x = from.x - 12;
  return {
    path: `M${from.x} ${start}H${x + 6}Q${x} ${start} ${x} ${start + 6}V${end - 6}Q${x} ${end} ${x + 6} ${end}`,
    tip: { x: to.x, y: end, down: false },
    label: { x: from.x + 5, y: to.y - 8, end: false },
  };
}

/** Middle of a step's row; of the head for -1. */
function rowMiddle(place: Place, row: number): number {
  return place.y + 1 + (row < 0 ? stageHeadHeight / 2 : stageHeadHeight + row * stepHeight + stepHeight / 2);
}
