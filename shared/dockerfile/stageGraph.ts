import type { LineRange, Stage, StageSource } from './syntax';

export interface ImageNode {
  /** Key of the node, such as "image:alpine linux/arm64". */
  readonly id: string;
  /** As in the Dockerfile, with variables expanded. */
  readonly reference: string;
  readonly platform: string;
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

/** Key of a stage's node. */
export function stageId(index: number): string {
  return `stage:${index}`;
}

/** Collects the images and edges of a stage graph, each once. */
export class StageGraphBuilder {
  readonly images = new Map<string, Omit<ImageNode, 'needed'>>();
  readonly edges = new Map<string, StageEdge & { lines: LineRange[] }>();
  readonly #sourcesOf = new Map<string, Set<string>>();
  readonly #targetPlatform: string;

  /** @param targetPlatform the platform of images that files are copied from. */
  constructor(targetPlatform: string) {
    this.#targetPlatform = targetPlatform;
  }

  /** @param base another stage's index, or an image and the platform it is taken for. */
  addBase(stage: Stage, base: number | { readonly reference: string; readonly platform: string }): void {
    const from = typeof base === 'number' ? stageId(base) : this.#image(base.reference, base.platform);
    this.#connect(from, stage, 'base', { start: stage.lines.start, end: stage.lines.start });
  }

  /** Only COPY takes a stage by its number; a number that no stage has makes no edge. */
  addSource(stage: Stage, source: StageSource, named: ReadonlyMap<string, number>, stageCount: number): void {
    const { kind, from, lines } = source;
    if (from === 'scratch') return;
    const isNumber = kind === 'copy' && /^[+-]?\d+$/.test(from);
    const index = isNumber ? Number(from) : named.get(from.toLowerCase());
    if (index === undefined) this.#connect(this.#image(from, this.#targetPlatform), stage, kind, lines);
    else if (index >= 0 && index < stageCount) this.#connect(stageId(index), stage, kind, lines);
  }

  /** The node itself and everything that it depends on. */
  neededBy(id: string): ReadonlySet<string> {
    const needed = new Set([id]);
    for (const node of needed) {
      for (const source of this.#sourcesOf.get(node) ?? []) needed.add(source);
    }
    return needed;
  }

  #image(reference: string, platform: string): string {
    const id = `image:${reference} ${platform}`;
    this.images.set(id, { id, reference, platform });
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
