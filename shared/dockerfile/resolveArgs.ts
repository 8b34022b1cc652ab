import { quotedWords } from './quotedWords';
import { ShellSyntaxError } from './shellSyntaxError';
import { expandShellWords } from './shellWords';
import type { ArgDeclaration } from './syntax';

export interface ResolvedArg {
  readonly name: string;
  /** Absent when it has none, or when it depends on what only the base image knows. */
  readonly value?: string;
  readonly origin: 'build-argument' | 'default' | 'global' | 'automatic' | 'unset';
  readonly line: number;
  /** Why the default can't be expanded. */
  readonly problem?: string;
}

/** The variables at one place of the file. */
export interface Scope {
  readonly values: Map<string, string>;
  /** Whether a variable that is not among the values is surely not set: false below an image with its own ENV. */
  readonly complete: boolean;
  readonly escape: string;
}

/** Declares an ARG in the scope: a build argument comes before its default, and that before what is inherited. */
export function resolveArg(
  arg: ArgDeclaration,
  scope: Scope,
  buildArgs: ReadonlyMap<string, string>,
  inherited: { readonly values: ReadonlyMap<string, string>; originOf(name: string): ResolvedArg['origin'] },
): ResolvedArg {
  const given = buildArgs.get(arg.name);
  const inheritedValue = inherited.values.get(arg.name);
  const { name, line } = arg;
  if (given !== undefined) return assign(scope, { name, line, origin: 'build-argument', value: given });
  if (arg.default !== undefined) {
    return assign(scope, { name, line, origin: 'default', ...expandInScope(arg.default, scope) });
  }
  if (inheritedValue === undefined) return { name, line, origin: 'unset' };
  return assign(scope, { name, line, origin: inherited.originOf(name), value: inheritedValue });
}

/** Sets the variables of an ENV, each expanded with the values from before it. */
export function applyEnv(text: string, scope: Scope): void {
  const words = quotedWords(text, scope.escape);
  const legacy = /^([^\s=]+)[\t\v\f\r ]+(.*)$/s.exec(text); // ENV name value
  const pairs = words[0]?.includes('=')
    ? words.map((word): [string, string] => [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)])
    : [[legacy?.[1] ?? '', legacy?.[2] ?? ''] as [string, string]];
  const expanded = pairs.map(([name, value]) => ({ name, ...expandInScope(value, scope) }));
  for (const variable of expanded) assign(scope, variable);
}

/** A word with its variables expanded; without a value when that is impossible (a problem) or not knowable here. */
export function expandInScope(word: string, scope: Scope): { value?: string; problem?: string } {
  // Most words are plain, and a large file has thousands, for each platform anew.
  if (!/[$"'\\`]/.test(word)) return { value: word };
  try {
    const { text, unset } = expandShellWords(word, {
      escape: scope.escape,
      lookup: (name) => scope.values.get(name),
    });
    return scope.complete || unset.length === 0 ? { value: text } : {};
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    // Such as ${name:?message}, where the base image may well set the name.
    return scope.complete ? { problem: error.message } : {};
  }
}

function assign<T extends { name: string; value?: string }>(scope: Scope, variable: T): T {
  if (variable.value === undefined) scope.values.delete(variable.name);
  else scope.values.set(variable.name, variable.value);
  return variable;
}
