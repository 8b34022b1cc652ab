import { inCaseOf } from './casing';
import { commandWords } from './commandWords';
import type { SourceText } from './sourceText';
import type { Fix, Violation } from './types';

/** JSONArgsRecommended: the words themselves where no shell is needed to read them, else the shell that runs them now. */
export function jsonArguments(source: SourceText, { startLine, platforms = [] }: Violation): Fix[] {
  const instruction = source.instructionAt(startLine);
  const first = instruction.parts().args[0];
  if (first === undefined) return [];
  const command = instruction.text.slice(first.start);
  const words = commandWords(command);
  // On Windows another shell runs it, with quoting rules of its own.
  if (words === undefined && platforms.some((platform) => platform.startsWith('windows'))) return [];
  const list = words ?? ['/bin/sh', '-c', command];
  const json = `[${list.map((word) => JSON.stringify(word)).join(', ')}]`;
  return [
    {
      kind: words === undefined ? 'shell-arguments' : 'json-arguments',
      values: { arguments: json },
      edits: [instruction.replace(first.start, instruction.text.length, json)],
    },
  ];
}

/** MaintainerDeprecated: as the label that the rule's page names. */
export function labelAuthors(source: SourceText, { startLine }: Violation): Fix[] {
  const instruction = source.instructionAt(startLine);
  const { keyword, args } = instruction.parts();
  const first = args[0];
  if (keyword === undefined || first === undefined) return [];
  const { escape } = source;
  // A label's value is expanded, a maintainer's is not.
  const author = instruction.text
    .slice(first.start)
    .trimEnd()
    .replace(/["$\\`]/g, (mark) => (mark === '"' || mark === '$' || mark === escape ? escape + mark : mark));
  const label = `${inCaseOf(keyword.text, 'label')} org.opencontainers.image.authors="${author}"`;
  return [
    {
      kind: 'label-authors',
      values: {},
      edits: [instruction.replace(0, instruction.text.length, label)],
    },
  ];
}

/** MultipleInstructionsDisallowed: BuildKit points at the one without effect. */
export function removeInstruction(source: SourceText, { startLine, endLine }: Violation): Fix[] {
  const keyword = source.instructionAt(startLine).parts().keyword?.text.toUpperCase();
  if (keyword === undefined) return [];
  return [
    { kind: 'remove-instruction', values: { keyword }, edits: [source.removeLines(startLine, endLine)] },
  ];
}

/** NoEmptyContinuation: BuildKit points at the last line of the instruction. */
export function removeEmptyLines(source: SourceText, { startLine }: Violation): Fix[] {
  const lines = source.instructions.find(
    ({ lines: { start, end } }) => start <= startLine && startLine <= end,
  )?.lines;
  if (lines === undefined) return [];
  const edits = [];
  for (let line = lines.start + 1; line <= startLine; line += 1) {
    if (source.line(line).trim() === '') edits.push(source.removeLines(line, line));
  }
  return edits.length === 0 ? [] : [{ kind: 'remove-empty-lines', values: {}, edits }];
}

/** WorkdirRelativePath: as if the base image's own folder were the root. */
export function absoluteWorkdir(source: SourceText, { startLine, platforms = [] }: Violation): Fix[] {
  const instruction = source.instructionAt(startLine);
  const first = instruction.parts().args[0];
  if (first === undefined || platforms.some((platform) => platform.startsWith('windows'))) return [];
  const [lead = '', quote = ''] = /^(["']?)(?:\.{1,2}\/)*(?:\.{1,2}(?=["']?$))?/.exec(first.text) ?? [];
  const rest = instruction.text.slice(first.start + lead.length);
  return [
    {
      kind: 'absolute-workdir',
      values: { path: `/${rest.replace(/["']$/, '')}` },
      edits: [instruction.replace(first.start, first.start + lead.length, `${quote}/`)],
    },
  ];
}
