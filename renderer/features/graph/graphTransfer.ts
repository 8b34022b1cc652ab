import type { Graph } from './graphSession';
import type { GraphModel } from './graphModel';
import type { Place } from './layout';

/** A list whose elements are given by their place in the list before, where they are the same as there. */
type Packed<T> = readonly (T | number)[];

/** A {@link Graph} as what is new in it since the one before. */
export interface PackedGraph extends Omit<Graph, 'model' | 'layout'> {
  model: Pick<GraphModel, 'platforms' | 'problems'> & {
    stages: Packed<GraphModel['stages'][number]>;
    sources: Packed<GraphModel['sources'][number]>;
    edges: Packed<GraphModel['edges'][number]>;
  };
  layout: Omit<Graph['layout'], 'places'> & { places: Packed<[id: string, place: Place]> };
}

/** Says what is new in each graph, so that a key typed in a large file sends little from the worker to the page. */
export class GraphPacker {
  private readonly lists = [new ListPacker(), new ListPacker(), new ListPacker(), new ListPacker()] as const;

  pack({ model, layout, ...rest }: Graph): PackedGraph {
    const [stages, sources, edges, places] = this.lists;
    return {
      ...rest,
      model: {
        platforms: model.platforms,
        problems: model.problems,
        stages: stages.pack(model.stages),
        sources: sources.pack(model.sources),
        edges: edges.pack(model.edges),
      },
      layout: { ...layout, places: places.pack([...layout.places]) },
    };
  }
}

/** Makes the graphs whole again. What is the same as before is the same object or list, so that it is not drawn again. */
export class GraphUnpacker {
  private last: Graph | undefined;
  private placeList: readonly [string, Place][] = [];

  /** @param packed the next one after that of the last call */
  unpack({ model, layout, ...rest }: PackedGraph): Graph {
    const before = this.last?.model;
    const placeList = unpackList(layout.places, this.placeList);
    const places =
      this.last !== undefined && placeList === this.placeList ? this.last.layout.places : new Map(placeList);
    this.placeList = placeList;
    this.last = {
      ...rest,
      model: {
        ...model,
        platforms: before?.platforms.join() === model.platforms.join() ? before.platforms : model.platforms,
        stages: unpackList(model.stages, before?.stages ?? []),
        sources: unpackList(model.sources, before?.sources ?? []),
        edges: unpackList(model.edges, before?.edges ?? []),
      },
      layout: { ...layout, places },
    };
    return this.last;
  }
}

class ListPacker {
  private before = new Map<string, number>();

  pack<T>(items: readonly T[]): Packed<T> {
    const texts = items.map((item) => JSON.stringify(item));
    const packed = items.map((item, index) => this.before.get(texts[index]!) ?? item);
    this.before = new Map(texts.map((text, index) => [text, index]));
    return packed;
  }
}

function unpackList<T>(packed: Packed<T>, before: T[]): T[];
function unpackList<T>(packed: Packed<T>, before: readonly T[]): readonly T[];
function unpackList<T>(packed: Packed<T>, before: readonly T[]): readonly T[] {
  if (packed.length === before.length && packed.every((item, index) => item === index)) return before;
  return packed.map((item) => (typeof item === 'number' ? before[item] : item));
}
