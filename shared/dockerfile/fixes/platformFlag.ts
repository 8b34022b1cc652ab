import type { LogicalText, Word } from './logicalText';
import type { SourceText } from './sourceText';
import type { Fix, TextEdit, Violation } from './types';

/** RedundantTargetPlatform. */
export function removePlatform(source: SourceText, { startLine }: Violation): Fix[] {
  const from = source.instructionAt(startLine);
  const flag = platformFlag(from);
  if (flag === undefined) return [];
  return [{ kind: 'remove-platform', values: { platform: flag.text }, edits: [removeWord(from, flag)] }];
}

/** FromPlatformFlagConstDisallowed: most often the stage is meant to run on the builder's own platform. */
export function replaceConstPlatform(source: SourceText, violation: Violation): Fix[] {
  const from = source.instructionAt(violation.startLine);
  const flag = platformFlag(from);
  if (flag === undefined) return [];
  return [
    {
      kind: 'build-platform',
      values: { platform: flag.text },
      edits: [from.replace(flag.start, flag.end, '--platform=$BUILDPLATFORM')],
    },
    ...removePlatform(source, violation),
  ];
}

function platformFlag(from: LogicalText): Word | undefined {
  return from.parts().flags.find(({ text }) => text.startsWith('--platform='));
}

/** With the blanks behind it. */
function removeWord(instruction: LogicalText, { start, end }: Word): TextEdit {
  const blanks = /^\s*/.exec(instruction.text.slice(end))?.[0].length ?? 0;
  return instruction.replace(start, end + blanks, '');
}
