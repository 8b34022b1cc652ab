import type { LogicalText } from './logicalText';
import type { SourceText } from './sourceText';
import type { Fix, TextEdit, Violation } from './types';

/** UndefinedArgInFrom: the nearest name, when BuildKit has one to suggest. */
export function nearestArgument(source: SourceText, { startLine, message }: Violation): Fix[] {
  const [, name, newName] = /argument '([^']+)'.*?(?:did you mean (\w+)\?|$)/.exec(message) ?? [];
  return useVariable(source, startLine, name, newName);
}

/** UndefinedVar: the nearest name, when BuildKit has one to suggest; or an ARG, such as for one from before the first FROM. */
export function nearestVariable(source: SourceText, { startLine, message }: Violation): Fix[] {
  const [, name, newName] = /'\$([^']+)'.*?(?:did you mean \$(\w+)\?|$)/.exec(message) ?? [];
  if (name === undefined) return [];
  const arg = isLowerCase(source, startLine) ? 'arg' : 'ARG';
  return [
    ...useVariable(source, startLine, name, newName),
    {
      kind: 'declare-argument',
      values: { name },
      edits: [source.insertLine(startLine, `${arg} ${name}`)],
    },
  ];
}

/** InvalidDefaultArgInFrom: only a tag has a default that everybody agrees on. */
export function defaultTag(source: SourceText, { startLine }: Violation): Fix[] {
  const from = source.instructionAt(startLine);
  const base = from.parts().args[0];
  const match = /^[^$]+:(\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\}))$/.exec(base?.text ?? '');
  const [, variable = '', plain, braced] = match ?? [];
  const name = plain ?? braced;
  if (base === undefined || name === undefined) return [];
  return [
    {
      kind: 'default-tag',
      values: { name },
      edits: [from.replace(base.end - variable.length, base.end, `\${${name}:-latest}`)],
    },
  ];
}

function useVariable(
  source: SourceText,
  line: number,
  name: string | undefined,
  newName: string | undefined,
): Fix[] {
  if (name === undefined || newName === undefined) return [];
  const edits = uses(source.instructionAt(line), name, newName, source.escape);
  return edits.length === 0 ? [] : [{ kind: 'use-variable', values: { name, newName }, edits }];
}

/** `$name` and `${name...}`, unless escaped. */
function uses(instruction: LogicalText, name: string, newName: string, escape: string): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const match of instruction.text.matchAll(/\$(\{?)(\w+)/g)) {
    if (match[2] !== name || instruction.text[match.index - 1] === escape) continue;
    const start = match.index + 1 + (match[1]?.length ?? 0);
    edits.push(instruction.replace(start, start + name.length, newName));
  }
  return edits;
}

function isLowerCase(source: SourceText, line: number): boolean {
  const keyword = source.instructionAt(line).parts().keyword?.text ?? '';
  return keyword === keyword.toLowerCase();
}
