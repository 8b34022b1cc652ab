import type { LogicalText } from './logicalText';
import type { SourceText } from './sourceText';
import type { Fix, TextEdit, Violation } from './types';

/** DuplicateStageName: the later stage gets another name, and with it what refers to it behind that place. */
export function renameDuplicate(source: SourceText, violation: Violation): Fix[] {
  return renameStage(source, violation, (name, taken) => {
    let number = 2;
    while (taken.has(`${name}-${number}`)) number += 1;
    return `${name}-${number}`;
  });
}

/** ReservedStageName. */
export function renameReserved(source: SourceText, violation: Violation): Fix[] {
  return renameStage(source, violation, (name, taken) => {
    let newName = `${name}-stage`;
    for (let number = 2; taken.has(newName); number += 1) newName = `${name}-stage-${number}`;
    return newName;
  });
}

function renameStage(
  source: SourceText,
  { startLine }: Violation,
  newNameOf: (name: string, taken: ReadonlySet<string>) => string,
): Fix[] {
  const { stages } = source.syntax;
  const stage = stages.find(({ lines }) => lines.start === startLine);
  const from = source.instructionAt(startLine);
  const word = from.parts().args[2];
  const name = stage?.name;
  if (stage === undefined || name === undefined || word === undefined) return [];
  const newName = newNameOf(name, new Set(stages.flatMap(({ name: other }) => other ?? [])));
  const edits = [from.replace(word.start, word.end, newName)];
  for (const later of stages.slice(stage.index + 1)) {
    if (later.base.toLowerCase() === name) {
      edits.push(...replaceBase(source.instructionAt(later.lines.start), newName));
    }
    for (const line of new Set(later.sources.map(({ lines }) => lines.start))) {
      edits.push(...replaceFrom(source.instructionAt(line), name, newName));
    }
    // From here on the name means yet another stage.
    if (later.name === name) break;
  }
  return [{ kind: 'rename-stage', values: { name, newName }, edits }];
}

function replaceBase(from: LogicalText, newName: string): TextEdit[] {
  const base = from.parts().args[0];
  return base === undefined ? [] : [from.replace(base.start, base.end, newName)];
}

/** The names in `--from=name` and `--mount=...,from=name`. */
function replaceFrom(instruction: LogicalText, name: string, newName: string): TextEdit[] {
  return instruction.parts().flags.flatMap(({ text, start }) =>
    [...text.matchAll(/(?:^--|[=,])from=([^,]+)/gi)]
      .filter((match) => match[1]?.toLowerCase() === name)
      .map((match) => {
        const at = start + match.index + match[0].length - name.length;
        return instruction.replace(at, at + name.length, newName);
      }),
  );
}
