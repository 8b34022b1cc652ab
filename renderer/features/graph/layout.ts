import type { GraphModel, StageCard } from './graphModel';

export const cardWidth = 164;
export const stepHeight = 22;
export const stageHeadHeight = 28;
export const imageHeight = 48;

const columnStep = 242;
const margin = 18;
const imageGap = 30;
const blockGap = 28;
/** A column's first stage starts lower than the one before, so that files flow to the right and down. */
const stairs = 62;

export interface Place {
  x: number;
  y: number;
  height: number;
}

export interface GraphLayout {
  places: ReadonlyMap<string, Place>;
  width: number;
  height: number;
}

export function stageHeight(stage: StageCard): number {
  return stageHeadHeight + stage.steps.length * stepHeight + 2;
}

/**
 * Places every card: a stage stands in the column after everything that it takes files from, its base images above it.
 * Takes time in proportion to cards and edges, and any graph, circles included.
 */
export function layoutGraph({ stages, images, edges }: GraphModel): GraphLayout {
  const depth = depths({ stages, images, edges });
  const columns: StageCard[][] = [];
  for (const stage of stages) (columns[depth.get(stage.id) ?? 0] ??= []).push(stage);

  const places = new Map<string, Place>();
  const bottoms: number[] = [];
  const place = (id: string, column: number, y: number, height: number): number => {
    places.set(id, { x: margin + column * columnStep, y, height });
    bottoms[column] = y + height;
    return y + height;
  };
  const owned = new Map<string, string[]>();
  for (const image of images) {
    const owner = image.baseOf[0];
    if (owner === undefined) place(image.id, 0, (bottoms[0] ?? margin - blockGap) + blockGap, imageHeight);
    else owned.set(owner, [...(owned.get(owner) ?? []), image.id]);
  }
  columns.forEach((column, at) => {
    column.forEach((stage, index) => {
      let y = bottoms[at] === undefined ? margin : bottoms[at] + blockGap;
      for (const image of owned.get(stage.id) ?? []) y = place(image, at, y, imageHeight) + imageGap;
      if (index === 0) y = Math.max(y, margin + at * stairs + (at === 0 ? 0 : imageHeight + imageGap));
      place(stage.id, at, y, stageHeight(stage));
    });
  });
  return {
    places,
    width: margin * 2 + cardWidth + Math.max(0, columns.length - 1) * columnStep,
    height: Math.max(margin, ...bottoms.filter((bottom) => bottom !== undefined)) + margin,
  };
}

/** How many stages files pass through before they reach each stage. A circle is cut where it is met again. */
function depths({ stages, images, edges }: GraphModel): Map<string, number> {
  const sources = new Map<string, string[]>();
  const alone = new Set(images.filter((image) => image.baseOf.length === 0).map((image) => image.id));
  for (const { from, to } of edges) {
    if (from.startsWith('stage:') || alone.has(from)) sources.set(to, [...(sources.get(to) ?? []), from]);
  }
  const known = new Map<string, number>();
  const open = new Set<string>();
  for (const stage of stages) {
    const path = [stage.id];
    while (path.length > 0) {
      const id = path.at(-1) ?? '';
      const waiting = (sources.get(id) ?? []).find(
        (source) => !known.has(source) && !open.has(source) && source !== id,
      );
      open.add(id);
      if (waiting !== undefined) {
        path.push(waiting);
        continue;
      }
      const before = (sources.get(id) ?? []).map((source) =>
        source === id ? -1 : (known.get(source) ?? -1),
      );
      known.set(id, Math.max(-1, ...before) + 1);
      open.delete(id);
      path.pop();
    }
  }
  return known;
}
