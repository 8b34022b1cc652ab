import { findCircles } from './circles';
import type { BuildContexts } from './contexts';
import type { LineRange, Stage, StageSource } from './syntax';

export interface ImageNode {
  /** Key of the node, such as "image:alpine linux/arm64". */
  readonly id: string;
  /** As in the Dockerfile, with variables expanded. */
  readonly reference: string;
  readonly platform: string;
  readonly needed: boolean;
}

/** A named build context that stands in for an image or a stage of that name. */
export interface ContextNode {
  /** Key of the node, such as "context:alpine". */
  readonly id: string;
  readonly name: string;
  /** What the configuration says it is, such as "docker-image://alpine:edge" or a folder. */
  readonly value: string;
  readonly needed: boolean;
}

/** What an instruction takes files from that can be neither a stage nor an image. BuildKit refuses the file. */
export interface UnknownNode {
  /** Key of the node, such as "unknown:7". */
  readonly id: string;
  /** As written. */
  readonly text: string;
  /** `no-stage`: a number that no stage has; `variable`: variables are not expanded there. */
  readonly reason: 'no-stage' | 'variable';
  readonly needed: boolean;
}

/** `to` is built on `from`, or takes files from it. */
export interface StageEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'base' | 'copy' | 'mount';
  /** The instructions that make it, in file order. */
  readonly lines: readonly LineRange[];
}

const stagePrefix = 'stage:';

/** Key of a stage's node. */
export function stageId(index: number): string {
  return `${stagePrefix}${index}`;
}

type Unneeded<T> = Omit<T, 'needed'>;

/** Collects the nodes and edges of a stage graph, each once. */
export class StageGraphBuilder {
  readonly images = new Map<string, Unneeded<ImageNode>>();
  readonly contexts = new Map<string, Unneeded<ContextNode>>();
  readonly unknown = new Map<string, Unneeded<UnknownNode>>();
  readonly edges = new Map<string, StageEdge & { lines: LineRange[] }>();
  readonly #sourcesOf = new Map<string, Set<string>>();
  readonly #targetPlatform: string;
  readonly #buildContexts: BuildContexts;

  /** @param targetPlatform the platform of images that files are copied from. */
  constructor(targetPlatform: string, buildContexts: BuildContexts) {
    this.#targetPlatform = targetPlatform;
    this.#buildContexts = buildContexts;
  }

  /** @param base another stage's index, or an image and the platform it is taken for. */
  addBase(stage: Stage, base: number | { readonly reference: string; readonly platform: string }): void {
    const from = typeof base === 'number' ? stageId(base) : this.#outside(base.reference, base.platform);
    this.#connect(from, stage, 'base', fromLine(stage));
  }

  /** Makes a build context the whole of a stage: BuildKit runs none of its instructions then. */
  replaceByContext(stage: Stage, name: string): void {
    this.#connect(this.#context(name), stage, 'base', fromLine(stage));
  }

  /** Only COPY takes a stage by its number. */
  addSource(stage: Stage, source: StageSource, named: ReadonlyMap<string, number>, stageCount: number): void {
    const { kind, from, lines } = source;
    if (from === 'scratch') return;
    const isNumber = kind === 'copy' && /^[+-]?\d+$/.test(from);
    const index = isNumber ? Number(from) : named.get(from.toLowerCase());
    this.#connect(this.#sourceNode(from, index, stageCount), stage, kind, lines);
  }

  /** The node itself and everything that it depends on. */
  neededBy(id: string): ReadonlySet<string> {
    const needed = new Set([id]);
    for (const node of needed) {
      for (const source of this.#sourcesOf.get(node) ?? []) needed.add(source);
    }
    return needed;
  }

  /** The stages that depend on themselves, by index; each list is one circle. */
  circles(stageCount: number): number[][] {
    return findCircles(
      Array.from({ length: stageCount }, (_, index) =>
        [...(this.#sourcesOf.get(stageId(index)) ?? [])].flatMap((id) =>
          id.startsWith(stagePrefix) ? [Number(id.slice(stagePrefix.length))] : [],
        ),
      ),
    );
  }

  #sourceNode(from: string, index: number | undefined, stageCount: number): string {
    if (index === undefined) {
      return from.includes('$') ? this.#unknown(from, 'variable') : this.#outside(from, this.#targetPlatform);
    }
    return index >= 0 && index < stageCount ? stageId(index) : this.#unknown(from, 'no-stage');
  }

  #outside(reference: string, platform: string): string {
    const context = this.#buildContexts.nameFor(reference);
    if (context !== undefined) return this.#context(context);
    const id = `image:${reference} ${platform}`;
    this.images.set(id, { id, reference, platform });
    return id;
  }

  #context(name: string): string {
    const id = `context:${name}`;
    this.contexts.set(id, { id, name, value: this.#buildContexts.valueOf(name) });
    return id;
  }

  #unknown(text: string, reason: UnknownNode['reason']): string {
    const id = `unknown:${text}`;
    this.unknown.set(id, { id, text, reason });
    return id;
  }

  #connect(from: string, stage: Stage, kind: StageEdge['kind'], lines: LineRange): void {
    const to = stageId(stage.index);
    const key = `${kind} ${to} ${from}`;
    const edge = this.edges.get(key);
    if (edge) edge.lines.push(lines);
    else this.edges.set(key, { from, to, kind, lines: [lines] });
    const sources = this.#sourcesOf.get(to) ?? new Set();
    this.#sourcesOf.set(to, sources.add(from));
  }
}

function fromLine(stage: Stage): LineRange {
  return { start: stage.lines.start, end: stage.lines.start };
}
