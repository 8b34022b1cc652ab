import { isAutomaticArg } from './automaticArgs';
import type { ArgDeclaration, DockerfileSyntax, Stage } from './syntax';

/** The names a build may have as its target, in file order. BuildKit takes names only, not stage numbers. */
export function targetNames(syntax: DockerfileSyntax): string[] {
  return [...new Set(syntax.stages.flatMap(({ name }) => (name === undefined ? [] : [name])))];
}

/** The stage that a line (from 1) belongs to; undefined before the first FROM. */
export function stageAtLine(syntax: DockerfileSyntax, line: number): Stage | undefined {
  return syntax.stages.findLast(({ lines }) => lines.start <= line);
}

/**
 * The arguments that somebody can give a value, each name once: as declared before the first FROM, otherwise where it
 * is first declared with a default. Those that BuildKit sets by itself are left out unless they are given a default.
 */
export function buildArguments(syntax: DockerfileSyntax): ArgDeclaration[] {
  const found = new Map<string, ArgDeclaration>();
  for (const arg of [...syntax.globalArgs, ...syntax.stages.flatMap(({ args }) => args)]) {
    const before = found.get(arg.name);
    if (arg.default === undefined && (before || isAutomaticArg(arg.name))) continue;
    if (before?.default === undefined) found.set(arg.name, arg);
  }
  return [...found.values()];
}
