import type { SourceText } from './sourceText';
import type { Fix, TextEdit } from './types';

/** Rules that only run when `experimental=` asks for them; `skip=` means nothing to them. */
const experimentalRules: readonly string[] = ['InvalidDefinitionDescription'];

interface Directive {
  name: string;
  value: string;
  /** Where the value begins. */
  offset: number;
  line: number;
}

/**
 * Tells BuildKit, by the `check` directive, not to run a rule. The directive is extended where there is one, else it
 * goes behind the other directives, before anything else. (Format: parser.ParseDirective, linter.ParseLintOptions.)
 *
 * @returns undefined where a rule can't be ignored alone
 */
export function ignoreRule(source: SourceText, rule: string): Fix | undefined {
  const directives = readDirectives(source);
  const check = directives.find(({ name }) => name === 'check');
  const edit = check === undefined ? newDirective(source, directives, rule) : extended(check, rule);
  return edit && { kind: 'ignore-rule', values: { rule }, edits: [edit] };
}

function newDirective(
  source: SourceText,
  directives: readonly Directive[],
  rule: string,
): TextEdit | undefined {
  if (experimentalRules.includes(rule)) return undefined;
  const line = (directives.at(-1)?.line ?? (source.line(1).startsWith('#!') ? 1 : 0)) + 1;
  const offset = source.startOf(line);
  const isAtEnd = line > source.lineCount;
  const directive = `# check=skip=${rule}`;
  return {
    startOffset: offset,
    endOffset: offset,
    text: isAtEnd ? source.lineEnd + directive : directive + source.lineEnd,
  };
}

/** Only what stands before the first blank counts as the value. */
function extended({ value, offset }: Directive, rule: string): TextEdit | undefined {
  const [effective = ''] = value.split(' ', 1);
  const options = effective.split(';');
  const option = experimentalRules.includes(rule) ? 'experimental' : 'skip';
  const index = options.findIndex((text) => text.split('=', 1)[0]?.trim() === option);
  const names = (options[index]?.slice(options[index].indexOf('=') + 1) ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (option === 'experimental') {
    if (!names.includes(rule)) return undefined;
    const others = names.filter((name) => name !== rule);
    const kept = options.toSpliced(
      index,
      1,
      ...(others.length === 0 ? [] : [`experimental=${others.join(',')}`]),
    );
    // An empty directive is none, and the line would become a comment.
    return replaceValue(offset, effective, kept.length === 0 ? ['skip='] : kept);
  }
  if (index < 0) return replaceValue(offset, effective, [`skip=${rule}`, ...options]);
  return replaceValue(offset, effective, options.toSpliced(index, 1, `skip=${[...names, rule].join(',')}`));
}

function replaceValue(offset: number, before: string, options: readonly string[]): TextEdit {
  return { startOffset: offset, endOffset: offset + before.length, text: options.join(';') };
}

function readDirectives(source: SourceText): Directive[] {
  const directives: Directive[] = [];
  const first = source.line(1).startsWith('#!') ? 2 : 1;
  for (let line = first; line <= source.lineCount; line += 1) {
    const match = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(source.line(line));
    const name = match?.[1]?.toLowerCase() ?? '';
    if (match === null || !['syntax', 'check', 'escape'].includes(name)) break;
    const value = match[2] ?? '';
    const offset = source.startOf(line) + match[0].trimEnd().length - value.length;
    directives.push({ name, value, offset, line });
  }
  return directives;
}
