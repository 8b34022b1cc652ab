import type { GraphModel } from './graphModel';
import type { GraphLayout } from './layout';

/** Something in the graph that can have the focus: a card, or one of the steps that a stage shows. */
export interface Stop {
  /** Of the card. */
  id: string;
  /** First line of the step. */
  line?: number;
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** What the arrow keys need to know of a graph. */
export interface Terrain {
  model: GraphModel;
  layout: GraphLayout;
  /** Ids of the stages that show their steps. */
  open: ReadonlySet<string>;
}

/**
 * Where an arrow key leads: to the left against the edges, to what something is made from, to the right along them, up
 * and down through the steps and cards of a column.
 *
 * @returns undefined when there is nothing that way
 */
export function move(terrain: Terrain, from: Stop, direction: Direction): Stop | undefined {
  switch (direction) {
    case 'left':
      return sourceOf(terrain, from);
    case 'right':
      return userOf(terrain, from);
    case 'up':
    case 'down':
      return neighbour(terrain, from, direction === 'up' ? -1 : 1);
    case 'first':
    case 'last': {
      const id = inOrder(terrain).at(direction === 'first' ? 0 : -1);
      return id === undefined ? undefined : { id };
    }
  }
}

function sourceOf({ model: { edges } }: Terrain, { id, line }: Stop): Stop | undefined {
  const incoming = edges.filter((edge) => edge.to === id && edge.from !== id);
  const own = incoming.find((edge) => edge.line === line) ?? (line === undefined ? incoming[0] : undefined);
  return own === undefined ? undefined : { id: own.from };
}

function userOf({ model: { edges }, open }: Terrain, { id }: Stop): Stop | undefined {
  const edge = edges.find((one) => one.from === id && one.to !== id);
  if (edge === undefined) return undefined;
  return edge.kind !== 'base' && open.has(edge.to) ? { id: edge.to, line: edge.line } : { id: edge.to };
}

/** Every stop of a column, then the next column's: so each can be reached by one key. */
function neighbour(terrain: Terrain, { id, line }: Stop, by: 1 | -1): Stop | undefined {
  const lines = stepLines(terrain, id);
  const at = line === undefined ? -1 : lines.indexOf(line);
  const inside = at + by;
  if (inside === -1) return { id };
  const next = lines[inside];
  if (inside >= 0 && next !== undefined) return { id, line: next };
  const order = inOrder(terrain);
  const other = order[order.indexOf(id) + by];
  if (other === undefined) return undefined;
  const last = by < 0 ? stepLines(terrain, other).at(-1) : undefined;
  return last === undefined ? { id: other } : { id: other, line: last };
}

function stepLines({ model, open }: Terrain, id: string): number[] {
  if (!open.has(id)) return [];
  return model.stages.find((stage) => stage.id === id)?.steps.map(({ lines }) => lines.start) ?? [];
}

function inOrder({ layout }: Terrain): string[] {
  return [...layout.places].sort(([, a], [, b]) => a.x - b.x || a.y - b.y).map(([id]) => id);
}
