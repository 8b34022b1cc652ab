import type { SourceHeredoc, Span } from '../source';
import { NestedScope } from './nestedScope';
import { wordSpan, type DocumentInstruction, type DocumentStage } from './parts';
import { shellAssignments } from './shellAssignments';
import { variableUses } from './variableUses';
import { fieldsOf, unquoted, type InstructionWords, type Word } from './words';

/** What an occurrence names: equal groups are one and the same thing. */
export type Group =
  /** A stage, by its index. */
  | `stage:${number}`
  /** A build argument: one for the whole file, however often it is declared. */
  | `arg:${string}`
  /** An environment variable, by the stage that sets it first; stages built on that one share it. */
  | `env:${number}:${string}`;

export interface Occurrence {
  readonly span: Span;
  readonly group: Group;
  /** As written, without `$` and braces. */
  readonly name: string;
  /**
   * `definition` sets it, `reference` uses it, `base` is a reference in FROM (compared exactly, not in any case), and
   * `number` is a stage's number, which stays when the stage is renamed.
   */
  readonly role: 'definition' | 'reference' | 'base' | 'number';
}

/** The variables that can be used at a place, by name. */
export type ScopeGroups = ReadonlyMap<string, Group>;

interface FileParts {
  readonly text: string;
  readonly instructions: readonly DocumentInstruction[];
  readonly stages: readonly DocumentStage[];
  readonly escape: string;
}

/** Finds every name of a stage or variable. Variables that nothing in the file sets are left out. */
export function collectOccurrences(file: FileParts): Occurrence[] {
  const { instructions, stages } = file;
  const found = new Collector(file);
  const scopes: NestedScope<Group>[] = [];
  const global = new NestedScope<Group>();
  for (const instruction of instructions) {
    const stage = instruction.stage === undefined ? undefined : stages[instruction.stage];
    if (stage === undefined) found.collect(instruction, global);
    else if (instruction.words.keyword === 'FROM') {
      found.collect(instruction, global);
      found.collectStage(stage);
      const base = stage.baseStage === undefined ? undefined : scopes[stage.baseStage];
      scopes.push(new NestedScope(base));
    } else found.collect(instruction, scopes[stage.index]!);
  }
  return found.occurrences.sort((a, b) => a.span.start - b.span.start);
}

/**
 * The variables in scope before an instruction, given by its place in the file: those of its stage, or the global ones
 * for FROM and above it. `global`: all that is declared above the first FROM.
 */
export function scopeBefore(
  { instructions, stages }: Omit<FileParts, 'text' | 'escape'>,
  at: number,
  which: 'own' | 'global' = 'own',
): ScopeGroups {
  const scope = new Map<string, Group>();
  const instruction = instructions[at];
  const isGlobal = which === 'global' || instruction?.words.keyword === 'FROM';
  const stage = isGlobal ? undefined : instruction?.stage;
  if (stage === undefined) {
    const end = stages[0]?.from ?? instructions.length;
    const last = which === 'global' ? end : Math.min(at, end);
    for (const one of instructions.slice(0, last)) declare(one, one.words, scope);
    return scope;
  }
  const chain: DocumentStage[] = [];
  for (let one = stages[stage]; one !== undefined; one = baseOf(stages, one)) chain.unshift(one);
  for (const one of chain) {
    const end = one.index === stage ? Math.min(at, one.end) : one.end;
    for (const each of instructions.slice(one.from + 1, end)) declare(each, each.words, scope);
  }
  return scope;
}

function baseOf(stages: readonly DocumentStage[], { baseStage }: DocumentStage): DocumentStage | undefined {
  return baseStage === undefined ? undefined : stages[baseStage];
}

type Lookup = Pick<NestedScope<Group>, 'get'>;

const atRunTime = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
const withoutVariables = new Set(['SHELL', 'MAINTAINER']);

class Collector {
  readonly occurrences: Occurrence[] = [];
  readonly #text: string;
  readonly #stages: readonly DocumentStage[];
  readonly #lastNamed: ReadonlyMap<string, number>;
  readonly #escape: string;

  constructor({ text, stages, escape }: Omit<FileParts, 'instructions'>) {
    this.#text = text;
    this.#stages = stages;
    this.#escape = escape;
    this.#lastNamed = new Map(
      stages.flatMap(({ name, index }) => (name === undefined ? [] : [[name, index]])),
    );
  }

  collectStage(stage: DocumentStage): void {
    const { name, nameSpan, baseStage, baseSpan, base, index } = stage;
    if (baseStage !== undefined && baseSpan !== undefined) {
      this.occurrences.push({ span: baseSpan, group: `stage:${baseStage}`, name: base, role: 'base' });
    }
    if (name !== undefined && nameSpan !== undefined) {
      this.occurrences.push({ span: nameSpan, group: `stage:${index}`, name, role: 'definition' });
    }
  }

  /** Takes up an instruction's names, and declares in the scope what it sets. */
  collect(instruction: DocumentInstruction, scope: NestedScope<Group>): void {
    const words = instruction.words.inner ?? instruction.words;
    this.#collectSources(instruction, words);
    this.#collectUses(instruction, words, scope);
    this.#collectHeredocUses(instruction, words, scope);
    for (const { word, group } of declare(instruction, words, scope)) {
      this.occurrences.push({
        span: wordSpan(instruction, word),
        group,
        name: word.text,
        role: 'definition',
      });
    }
  }

  #collectSources(instruction: DocumentInstruction, { keyword, flags }: InstructionWords): void {
    for (const flag of flags) {
      if (flag.value === undefined) continue;
      if (keyword === 'COPY' && flag.name === 'from')
        this.#addSource(instruction, unquoted(flag.value), true);
      if (keyword !== 'RUN' || flag.name !== 'mount') continue;
      const from = fieldsOf(flag.value).findLast(({ key }) => key.text.toLowerCase() === 'from')?.value;
      if (from !== undefined) this.#addSource(instruction, from, false);
    }
  }

  /** Only COPY takes a stage by its number. */
  #addSource(instruction: DocumentInstruction, word: Word, numbers: boolean): void {
    const isNumber = numbers && /^\d+$/.test(word.text);
    const index = isNumber ? Number(word.text) : this.#lastNamed.get(word.text.toLowerCase());
    if (index === undefined || index >= this.#stages.length) return;
    this.occurrences.push({
      span: wordSpan(instruction, word),
      group: `stage:${index}`,
      name: word.text,
      role: isNumber ? 'number' : 'reference',
    });
  }

  #collectUses(instruction: DocumentInstruction, words: InstructionWords, scope: Lookup): void {
    const { text } = instruction;
    const { keyword } = words;
    if (withoutVariables.has(keyword) || !text.includes('$')) return;
    const isShell = keyword === 'RUN' || atRunTime.has(keyword);
    const from = isShell ? words.argsAt : words.keywordWord.end;
    const uses = variableUses(text, from, text.length, {
      escape: isShell ? '\\' : this.#escape,
      singleQuotes: !isShell,
    });
    if (isShell && words.argsAt > words.keywordWord.end) {
      const inFlags = { escape: this.#escape, singleQuotes: true };
      uses.unshift(...variableUses(text, words.keywordWord.end, words.argsAt, inFlags));
    }
    if (uses.length === 0) return;
    const assigned = isShell ? shellAssignments(text, words.argsAt) : undefined;
    for (const use of uses) {
      const group = scope.get(use.text);
      // A command at run time no longer sees build arguments.
      if (group === undefined || (atRunTime.has(keyword) && group.startsWith('arg:'))) continue;
      if ((assigned?.get(use.text) ?? Infinity) <= use.at) continue;
      this.occurrences.push({ span: wordSpan(instruction, use), group, name: use.text, role: 'reference' });
    }
  }

  #collectHeredocUses({ heredocs }: DocumentInstruction, { keyword }: InstructionWords, scope: Lookup): void {
    for (const heredoc of heredocs) {
      if (keyword !== 'RUN' && !heredoc.expand) continue;
      for (const { span, name, group } of usesInBody(this.#text, heredoc, keyword, scope)) {
        this.occurrences.push({ span, name, group, role: 'reference' });
      }
    }
  }
}

function* usesInBody(
  file: string,
  { body }: SourceHeredoc,
  keyword: string,
  scope: Lookup,
): Generator<{ span: Span; name: string; group: Group }> {
  const text = file.slice(body.start, body.end);
  if (!text.includes('$')) return;
  const assigned = keyword === 'RUN' ? shellAssignments(text, 0) : undefined;
  for (const use of variableUses(text, 0, text.length, { escape: '\\', singleQuotes: false })) {
    const group = scope.get(use.text);
    if (group === undefined || (assigned?.get(use.text) ?? Infinity) <= use.at) continue;
    yield { span: { start: body.start + use.at, end: body.start + use.end }, name: use.text, group };
  }
}

/** Declares in the scope what an instruction sets, and tells it. A trigger sets nothing here. */
function declare(
  { stage, words: outer }: DocumentInstruction,
  words: InstructionWords,
  scope: Pick<NestedScope<Group>, 'get' | 'set'>,
): { word: Word; group: Group }[] {
  if (outer.keyword === 'ONBUILD') return [];
  return declaredNames(words).map((word) => {
    const known = scope.get(word.text);
    const group: Group =
      words.keyword === 'ARG'
        ? `arg:${word.text}`
        : known?.startsWith('env:')
          ? known
          : `env:${stage ?? 0}:${word.text}`;
    scope.set(word.text, group);
    return { word, group };
  });
}

/** The names that ARG or ENV sets, in their order. */
export function declaredNames({ keyword, args }: InstructionWords): Word[] {
  if (keyword !== 'ARG' && keyword !== 'ENV') return [];
  // ENV name value, with a blank, sets one.
  const legacy = keyword === 'ENV' && args[0]?.text.includes('=') === false;
  return (legacy ? args.slice(0, 1) : args).flatMap(({ text, at }) => {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    return name === '' ? [] : [{ text: name, at, end: at + name.length }];
  });
}
