import { formatPlatform, normalizePlatform, parsePlatform, type Platform } from '../model/platform';
import type { AutomaticArg } from './automaticArgs';
import { BuildContexts } from './contexts';
import { argDeclarations } from './parse';
import { applyEnv, expandInScope, resolveArg, type ResolvedArg, type Scope } from './resolveArgs';
import {
  StageGraphBuilder,
  stageId,
  type ContextNode,
  type ImageNode,
  type StageEdge,
  type UnknownNode,
} from './stageGraph';
import type { DockerfileSyntax, LineRange, Stage } from './syntax';
import { stageAtLine } from './targets';

export interface ResolveOptions {
  /** The platform that is built for. */
  readonly platform: Platform;
  /** The platform of the node that builds. */
  readonly buildPlatform: Platform;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The target stage's name; the last stage unless told. */
  readonly target?: string;
  /** The named build contexts: name -> value. */
  readonly buildContexts?: Readonly<Record<string, string>>;
}

export interface StageNode {
  /** Key of the node, such as "stage:0". */
  readonly id: string;
  readonly index: number;
  /** Its name, or "stage-N" as BuildKit calls it. */
  readonly label: string;
  /** Whether the target depends on it, or is it. */
  readonly needed: boolean;
  readonly platform: string;
  /** Its ARGs, with their values for this platform. */
  readonly args: readonly ResolvedArg[];
  readonly lines: LineRange;
  /** Why its FROM can't be resolved. */
  readonly problem?: string;
  /** The build context that stands in for it: BuildKit runs none of its instructions. */
  readonly replacedBy?: string;
}

/** How the stages hang together for one platform. An edge to itself or to a later stage is possible: a broken file. */
export interface StageGraph {
  readonly globalArgs: readonly ResolvedArg[];
  readonly stages: readonly StageNode[];
  readonly images: readonly ImageNode[];
  readonly contexts: readonly ContextNode[];
  readonly unknown: readonly UnknownNode[];
  readonly edges: readonly StageEdge[];
  /** Stages, by index, that depend on themselves, at once or over others. BuildKit refuses such a file. */
  readonly circles: readonly (readonly number[])[];
  /** Whether the file has the target. */
  readonly hasTarget: boolean;
}

/** Resolves a Dockerfile's stages for one platform, in the way of BuildKit's frontend. `scratch` is no node. */
export function resolveStages(syntax: DockerfileSyntax, options: ResolveOptions): StageGraph {
  const walk = new StageWalk(syntax, options);
  for (const stage of syntax.stages) walk.enter(stage);
  const { globalArgs, resolved, named, target, contexts } = walk;
  const targetText = formatPlatform(target);
  const textOf = (platform: Platform): string =>
    platform === target ? targetText : formatPlatform(platform);
  const graph = new StageGraphBuilder(targetText, contexts);
  for (const { stage, base } of resolved) {
    if (base.kind === 'context') {
      graph.replaceByContext(stage, base.name);
      continue;
    }
    if (base.kind === 'stage') graph.addBase(stage, base.index);
    if (base.kind === 'image') {
      graph.addBase(stage, { reference: base.reference, platform: textOf(base.platform) });
    }
    const triggers = base.kind === 'stage' ? resolved[base.index]?.stage.triggerSources : undefined;
    for (const source of [...(triggers ?? []), ...stage.sources]) {
      graph.addSource(stage, source, named, resolved.length);
    }
  }

  const targetIndex = options.target ? named.get(options.target.toLowerCase()) : syntax.stages.length - 1;
  const needed = graph.neededBy(stageId(targetIndex ?? -1));
  const withNeed = <T extends { readonly id: string }>(nodes: ReadonlyMap<string, T>) =>
    [...nodes.values()].map((node) => ({ ...node, needed: needed.has(node.id) }));
  return {
    globalArgs,
    stages: resolved.map(({ stage, base, args }) => ({
      id: stageId(stage.index),
      index: stage.index,
      label: stage.name ?? `stage-${stage.index}`,
      needed: needed.has(stageId(stage.index)),
      platform: textOf(base.platform),
      args,
      lines: stage.lines,
      ...(base.problem !== undefined && { problem: base.problem }),
      ...(base.kind === 'context' && { replacedBy: base.name }),
    })),
    images: withNeed(graph.images),
    contexts: withNeed(graph.contexts),
    unknown: withNeed(graph.unknown),
    edges: [...graph.edges.values()],
    circles: graph.circles(resolved.length),
    hasTarget: targetIndex !== undefined,
  };
}

/**
 * The variables that are set by the instructions above a line, as the instruction on that line sees them: those of its
 * stage, or those from above the first FROM if it is a FROM or stands there itself. Values that only the base image
 * knows are missing.
 */
export function variablesAt(
  syntax: DockerfileSyntax,
  options: ResolveOptions,
  line: number,
): ReadonlyMap<string, string> {
  const own = stageAtLine(syntax, line);
  if (own === undefined) return new StageWalk(syntax, options, line).global.values;
  const walk = new StageWalk(syntax, options);
  if (own.lines.start === line) return walk.global.values;
  for (const stage of syntax.stages) {
    const { scope } = walk.enter(stage, stage === own ? line : Infinity);
    if (stage === own) return scope.values;
  }
  return walk.global.values;
}

/** Goes through the stages in their order, with the values that variables have on the way. */
class StageWalk {
  readonly target: Platform;
  readonly contexts: BuildContexts;
  readonly global: Scope;
  readonly globalArgs: readonly ResolvedArg[];
  readonly named = new Map<string, number>();
  readonly resolved: ResolvedStage[] = [];
  readonly #escape: string;
  readonly #buildArgs: ReadonlyMap<string, string>;
  readonly #globalNames: ReadonlySet<string>;

  /** @param until only the global ARGs above this line count */
  constructor(syntax: DockerfileSyntax, options: ResolveOptions, until = Infinity) {
    this.#escape = syntax.directives.escape;
    this.#buildArgs = new Map(Object.entries(options.buildArgs ?? {}));
    this.target = normalizePlatform(options.platform);
    this.contexts = new BuildContexts(options.buildContexts ?? {});
    const buildPlatform = normalizePlatform(options.buildPlatform);
    const automatic = automaticValues(this.target, buildPlatform, options.target, this.#buildArgs);
    this.global = { values: new Map(automatic), complete: true, escape: this.#escape };
    this.globalArgs = syntax.globalArgs
      .filter(({ line }) => line < until)
      .map((arg) =>
        resolveArg(arg, this.global, this.#buildArgs, { values: automatic, originOf: () => 'automatic' }),
      );
    this.#globalNames = new Set(this.globalArgs.map(({ name }) => name));
  }

  /** Resolves the next stage, as far as its instructions begin above the line `until`. */
  enter(stage: Stage, until = Infinity): ResolvedStage {
    const inherited = {
      values: this.global.values,
      originOf: (name: string) =>
        this.#globalNames.has(name) ? ('global' as const) : ('automatic' as const),
    };
    const base = resolveBase(stage, this.global, this.named, this.resolved, this.target, this.contexts);
    const scope = stageScope(base, this.resolved, this.#escape);
    const args: ResolvedArg[] = [];
    for (const instruction of stage.instructions) {
      if (instruction.lines.start >= until) break;
      if (instruction.keyword === 'ENV') applyEnv(instruction.rest, scope);
      for (const arg of argDeclarations(instruction, this.#escape)) {
        args.push(resolveArg(arg, scope, this.#buildArgs, inherited));
      }
    }
    const entered = { stage, base, scope, args };
    this.resolved.push(entered);
    if (stage.name !== undefined) this.named.set(stage.name, stage.index);
    return entered;
  }
}

type Base = { readonly platform: Platform; readonly problem?: string } & (
  | { readonly kind: 'nothing' }
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly reference: string }
);

interface ResolvedStage {
  readonly stage: Stage;
  readonly base: Base;
  readonly scope: Scope;
  readonly args: readonly ResolvedArg[];
}

/** What BuildKit sets before the first line; build arguments of the same name win. */
function automaticValues(
  target: Platform,
  build: Platform,
  targetName: string | undefined,
  buildArgs: ReadonlyMap<string, string>,
): Map<string, string> {
  const values: Record<AutomaticArg, string> = {
    BUILDPLATFORM: [build.os, build.architecture, build.variant].filter(Boolean).join('/'),
    BUILDOS: build.os,
    BUILDOSVERSION: build.osVersion ?? '',
    BUILDARCH: build.architecture,
    BUILDVARIANT: build.variant ?? '',
    TARGETPLATFORM: formatPlatform(target),
    TARGETOS: target.os,
    TARGETOSVERSION: target.osVersion ?? '',
    TARGETARCH: target.architecture,
    TARGETVARIANT: target.variant ?? '',
    TARGETSTAGE: targetName || 'default',
  };
  return new Map(Object.entries(values).map(([name, value]) => [name, buildArgs.get(name) ?? value]));
}

function resolveBase(
  stage: Stage,
  global: Scope,
  named: ReadonlyMap<string, number>,
  earlier: readonly ResolvedStage[],
  target: Platform,
  contexts: BuildContexts,
): Base {
  const base = expandInScope(stage.base, global);
  const flag = stage.platformFlag === undefined ? undefined : resolvePlatformFlag(stage.platformFlag, global);
  const problem =
    base.problem ?? (base.value ? undefined : `The base "${stage.base}" is empty.`) ?? flag?.problem;
  const platform = flag?.platform ?? target;
  const reference = base.value || stage.base;
  const index = named.get(reference);
  const known = { platform, ...(problem !== undefined && { problem }) };
  const context = stage.name === undefined ? undefined : contexts.nameFor(stage.name);
  if (context !== undefined) return { ...known, kind: 'context', name: context };
  if (index !== undefined) {
    // A stage keeps the platform of the stage it is built on, whatever its own flag says.
    return { ...known, kind: 'stage', index, platform: earlier[index]?.base.platform ?? platform };
  }
  if (reference === '' || reference === 'scratch') return { ...known, kind: 'nothing' };
  return { ...known, kind: 'image', reference };
}

function resolvePlatformFlag(flag: string, global: Scope): { platform?: Platform; problem?: string } {
  const { value, problem } = expandInScope(flag, global);
  if (value === undefined) return { ...(problem !== undefined && { problem }) };
  const parsed = parsePlatform(value);
  return parsed.ok ? { platform: parsed.value } : { problem: parsed.error.message };
}

function stageScope(base: Base, earlier: readonly ResolvedStage[], escape: string): Scope {
  const parent = base.kind === 'stage' ? earlier[base.index]?.scope : undefined;
  if (parent) return { ...parent, values: new Map(parent.values) };
  return { values: new Map(), complete: base.kind === 'nothing', escape };
}
