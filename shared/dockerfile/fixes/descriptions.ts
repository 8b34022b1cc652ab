import { isComment } from '../source';
import type { SourceText } from './sourceText';
import type { Fix, Violation } from './types';

/** InvalidDefinitionDescription: the comment becomes a description, or is set apart. */
export function describeDefinition(source: SourceText, { startLine }: Violation): Fix[] {
  const comment = startLine - 1;
  const name = definedName(source, startLine);
  const content = comment < 1 ? '' : source.line(comment);
  const start = source.startOf(startLine);
  // To BuildKit a comment that is indented is neither empty nor a description.
  const apart: Fix = {
    kind: 'separate-comment',
    values: {},
    edits: [{ startOffset: start, endOffset: start, text: `#${source.lineEnd}` }],
  };
  if (!isComment(content) || name === undefined) return [apart];
  const begin = source.startOf(comment);
  const mark = /^\s*#\s*/.exec(content)?.[0] ?? '';
  const edit = { startOffset: begin, endOffset: begin + mark.length, text: `# ${name} ` };
  return [{ kind: 'describe', values: { name }, edits: [edit] }, apart];
}

/** The stage's name, or the first argument's. */
function definedName(source: SourceText, line: number): string | undefined {
  const { keyword, args } = source.instructionAt(line).parts();
  if (keyword?.text.toUpperCase() === 'FROM') return args[2]?.text.toLowerCase();
  return args[0]?.text.split('=', 1)[0];
}
