import type { GraphModel } from './graphModel';
import type { SourceCard, StageCard } from './nodes';

export const cardWidth = 164;
export const stepHeight = 22;
export const stageHeadHeight = 28;
const sourceHeight = 48;

const columnStep = 242;
const margin = 18;
const sourceGap = 30;
const blockGap = 28;
/** A stage stands lower than what it takes files from, so that files flow to the right and down. */
const stairs = 62;

export interface Place {
  x: number;
  y: number;
  height: number;
}

export interface GraphLayout {
  /** By the id of a card. */
  places: ReadonlyMap<string, Place>;
  width: number;
  height: number;
}

/** How high a card with its steps is, or without them. */
function stageHeight(stage: StageCard, isOpen: boolean): number {
  return stageHeadHeight + (isOpen ? stage.steps.length * stepHeight : 0) + 2;
}

/** Cards that move together: a stage below what it is built on, or a source alone. */
interface Block {
  column: number;
  /** From top to bottom. */
  members: { id: string; height: number }[];
  /** How far below the block's top its last member starts. */
  lastOffset: number;
  height: number;
}

/**
 * Places every card: a stage stands in the column after everything that it takes files from, its base images above it.
 * Takes time in proportion to cards and edges, and any graph, circles included.
 *
 * A card that has a place before keeps it as long as its column is the same and nothing above has grown into it; new
 * ones take the first gap beside what they are made from. So nothing jumps about while a file is typed.
 *
 * @param isOpen whether a stage shows its steps
 * @param before where a card, by its id now, was placed last
 */
export function layoutGraph(
  model: GraphModel,
  isOpen: (stage: StageCard) => boolean = () => true,
  before: ReadonlyMap<string, Place> = new Map(),
): GraphLayout {
  const columns: Block[][] = [];
  for (const block of blocksOf(model, isOpen, before)) (columns[block.column] ??= []).push(block);
  const sources = new Map<string, string[]>();
  for (const { from, to } of model.edges) sources.set(to, [...(sources.get(to) ?? []), from]);

  const places = new Map<string, Place>();
  let height = margin;
  columns.forEach((blocks, column) => {
    const x = margin + column * columnStep;
    const settled: { top: number; bottom: number }[] = [];
    const put = (block: Block, top: number): void => {
      let y = top;
      for (const member of block.members) {
        places.set(member.id, { x, y, height: member.height });
        y += member.height + sourceGap;
      }
      settled.push({ top, bottom: top + block.height });
      height = Math.max(height, top + block.height);
    };
    const lastY = (block: Block): number | undefined => {
      const place = before.get(block.members.at(-1)?.id ?? '');
      return place?.x === x ? place.y - block.lastOffset : undefined;
    };

    const kept = blocks.flatMap((block) => {
      const y = lastY(block);
      return y === undefined ? [] : [{ block, y }];
    });
    let free = margin;
    for (const { block, y } of kept.sort((a, b) => a.y - b.y)) {
      put(block, Math.max(free, y));
      free = (settled.at(-1)?.bottom ?? 0) + blockGap;
    }

    const added = blocks.filter((block) => lastY(block) === undefined);
    const wanted = new Map(
      added.map((block) => {
        const id = block.members.at(-1)?.id ?? '';
        const beside = (sources.get(id) ?? []).flatMap((source) => {
          const place = places.get(source);
          return place !== undefined && place.x < x ? [place.y] : [];
        });
        const top = before.get(id)?.y ?? (beside.length === 0 ? margin : Math.min(...beside) + stairs);
        return [block, Math.max(margin, top - block.lastOffset)];
      }),
    );
    const byWish = added.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    for (const block of byWish) put(block, firstGap(settled, wanted.get(block) ?? margin, block.height));
  });
  return {
    places,
    width: margin * 2 + cardWidth + Math.max(0, columns.length - 1) * columnStep,
    height: height + margin,
  };
}

/** The first place at or below `top` where so much fits between what stands already. */
function firstGap(settled: { top: number; bottom: number }[], top: number, height: number): number {
  settled.sort((a, b) => a.top - b.top);
  let y = top;
  for (const other of settled) {
    if (other.bottom + blockGap <= y) continue;
    if (other.top - blockGap >= y + height) break;
    y = other.bottom + blockGap;
  }
  return y;
}

function blocksOf(
  model: GraphModel,
  isOpen: (stage: StageCard) => boolean,
  before: ReadonlyMap<string, Place>,
): Block[] {
  const depth = depths(model);
  const owned = new Map<string, SourceCard[]>();
  const alone: SourceCard[] = [];
  for (const source of model.sources) {
    const owner = ownerOf(source, before);
    if (owner === undefined) alone.push(source);
    else owned.set(owner, [...(owned.get(owner) ?? []), source]);
  }
  const firstUse = new Map<string, number>();
  for (const { from, to } of model.edges) {
    firstUse.set(from, Math.min(firstUse.get(from) ?? Infinity, depth.get(to) ?? 0));
  }
  return [
    ...alone.map(({ id }) => block(Math.max(0, (firstUse.get(id) ?? 1) - 1), [{ id, height: sourceHeight }])),
    ...model.stages.map((stage) =>
      block(depth.get(stage.id) ?? 0, [
        ...(owned.get(stage.id) ?? []).map(({ id }) => ({ id, height: sourceHeight })),
        { id: stage.id, height: stageHeight(stage, isOpen(stage)) },
      ]),
    ),
  ];
}

/** The stage that a source stands above: the one it stood above before, else the first that is built on it. */
function ownerOf({ id, baseOf }: SourceCard, before: ReadonlyMap<string, Place>): string | undefined {
  const place = before.get(id);
  const last = baseOf.find((stage) => {
    const below = before.get(stage);
    return place !== undefined && below !== undefined && below.x === place.x && below.y > place.y;
  });
  return last ?? baseOf[0];
}

function block(column: number, members: Block['members']): Block {
  const lastOffset = members.slice(0, -1).reduce((sum, member) => sum + member.height + sourceGap, 0);
  return { column, members, lastOffset, height: lastOffset + (members.at(-1)?.height ?? 0) };
}

/** How many stages files pass through before they reach each stage. A circle is cut where it is met again. */
function depths({ stages, sources: cards, edges }: GraphModel): Map<string, number> {
  const sources = new Map<string, string[]>();
  const alone = new Set(cards.filter((card) => card.baseOf.length === 0).map((card) => card.id));
  for (const { from, to } of edges) {
    if (!from.startsWith('stage:') && !alone.has(from)) continue;
    const known = sources.get(to);
    if (known === undefined) sources.set(to, [from]);
    else known.push(from);
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
