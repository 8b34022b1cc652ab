import { parseDockerfile } from '../../../shared/dockerfile';
import { resolvedGraphs, stepsOfStages } from '../dockerfile/resolvedStages';
import type { GraphSettings } from '../dockerfile/resolvedStages';
import { graphModel } from './graphModel';
import type { GraphModel } from './graphModel';
import type { StageCard } from './nodes';
import { keepIdentities } from './identities';
import type { Identity } from './identities';
import { layoutGraph } from './layout';
import type { GraphLayout, Place } from './layout';

/** What a graph is drawn from. */
export interface GraphRequest {
  /** Which Dockerfile it is: another one starts with a fresh layout. */
  file: string;
  text: string;
  settings: GraphSettings;
  /** What the builder's first node runs natively. */
  ownPlatform: string | undefined;
  /** Whether stages show their steps; `auto`: unless there are many. */
  steps: 'auto' | 'open' | 'folded';
  /** Keys of the stages that are the other way round. */
  turned: readonly string[];
  /** Another number than last time lays everything out anew. */
  tidied: number;
}

export interface Graph {
  model: GraphModel;
  layout: GraphLayout;
  /** Id of a card -> what it is known by over changes of the text. */
  keys: ReadonlyMap<string, string>;
  /** Ids of the stages that show their steps. */
  open: ReadonlySet<string>;
  /** Milliseconds that it took. */
  took: { parse: number; layout: number };
}

/** Of more stages than this, `auto` shows no steps. */
const mostOpen = 12;

/** Makes the graphs of one file as it is typed, each laid out after the one before. */
export class GraphSession {
  private file: string | undefined;
  private tidied = 0;
  private stages: Identity[] = [];
  private sources: Identity[] = [];
  private places = new Map<string, Place>();
  private made = 0;

  graph(request: GraphRequest): Graph {
    const startedMs = performance.now();
    if (request.file !== this.file) {
      this.stages = [];
      this.sources = [];
    }
    if (request.file !== this.file || request.tidied !== this.tidied) this.places.clear();
    this.file = request.file;
    this.tidied = request.tidied;

    const syntax = parseDockerfile(request.text);
    const { settings, ownPlatform } = request;
    const graphs = resolvedGraphs(syntax, settings, ownPlatform);
    const platforms = settings.platforms.length > 0 ? settings.platforms : [ownPlatform ?? 'linux/amd64'];
    const steps = graphs.map((graph) => stepsOfStages(syntax, graph));
    const model = graphModel(syntax, graphs, platforms, steps, settings.target);
    const parsedMs = performance.now();

    const bases = syntax.stages.map(({ base }) => base);
    const keys = this.keepKeys(model, bases);
    const open = openStages(model, keys, request);
    const before = new Map(
      [...keys].flatMap(([id, key]) => {
        const place = this.places.get(key);
        return place === undefined ? [] : [[id, place]];
      }),
    );
    const layout = layoutGraph(model, ({ id }) => open.has(id), before);
    this.places = new Map([...layout.places].map(([id, place]) => [keys.get(id) ?? id, place]));
    const took = { parse: parsedMs - startedMs, layout: performance.now() - parsedMs };
    return { model, layout, keys, open, took };
  }

  /** @param bases what each stage is built on, as written */
  private keepKeys({ stages, sources }: GraphModel, bases: readonly string[]): Map<string, string> {
    const fresh = (): string => `card-${++this.made}`;
    this.stages = keepIdentities(
      this.stages,
      stages.map(({ name, index }) => ({ strong: name ?? ` ${bases[index]}`, weak: '' })),
      fresh,
    );
    const keys = new Map(stages.map(({ id }, index) => [id, this.stages[index]?.key ?? id]));
    this.sources = keepIdentities(
      this.sources,
      sources.map(({ id, baseOf }) => ({ strong: id, weak: keys.get(baseOf[0] ?? '') ?? ' ' })),
      fresh,
    );
    sources.forEach(({ id }, index) => keys.set(id, this.sources[index]?.key ?? id));
    return keys;
  }
}

function openStages(
  { stages }: { stages: readonly StageCard[] },
  keys: ReadonlyMap<string, string>,
  { steps, turned }: GraphRequest,
): Set<string> {
  const all = steps === 'open' || (steps === 'auto' && stages.length <= mostOpen);
  const others = new Set(turned);
  return new Set(
    stages.flatMap(({ id, steps: own }) =>
      own.length > 0 && all !== others.has(keys.get(id) ?? '') ? [id] : [],
    ),
  );
}
