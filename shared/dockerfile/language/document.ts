import { lastIndex, readSource, type SourceFile } from '../source';
import { collectOccurrences, type Occurrence } from './occurrences';
import { wordSpan, type DocumentInstruction, type DocumentStage } from './parts';
import { readWords } from './words';

/** What the language features know of a Dockerfile: made once for a text, and asked many times. */
export interface LanguageDocument {
  readonly text: string;
  readonly source: SourceFile;
  readonly instructions: readonly DocumentInstruction[];
  readonly stages: readonly DocumentStage[];
  /** Names of stages and variables, where they are set and where they are used, in the order of the text. */
  readonly occurrences: readonly Occurrence[];
}

/** Reads a Dockerfile for the language features. Takes any text, in time in proportion to it. */
export function readDocument(text: string): LanguageDocument {
  const source = readSource(text);
  const { escape } = source.directives;
  let stage: number | undefined;
  const instructions = source.instructions.map((instruction): DocumentInstruction => {
    const words = readWords(instruction.text, escape);
    if (words.keyword === 'FROM') stage = (stage ?? -1) + 1;
    const { text: joined, pieces, span, lines, heredocs, open } = instruction;
    return { text: joined, pieces, span, lines, heredocs, open, words, stage };
  });
  const stages = readStages(instructions);
  const occurrences = collectOccurrences({ text, instructions, stages, escape });
  return { text, source, instructions, stages, occurrences };
}

/** The instruction whose lines hold the offset, heredocs included. */
export function instructionAt(document: LanguageDocument, offset: number): DocumentInstruction | undefined {
  const { instructions, text } = document;
  const instruction = instructions[lastIndex(instructions, ({ span }) => span.start <= offset)];
  if (instruction === undefined) return undefined;
  const last = instruction.heredocs.at(-1);
  const end = instruction.open ? text.length : last === undefined ? instruction.span.end : heredocEnd(last);
  return offset <= end ? instruction : undefined;
}

function heredocEnd({ close, body }: DocumentInstruction['heredocs'][number]): number {
  return close?.end ?? body.end;
}

function readStages(instructions: readonly DocumentInstruction[]): DocumentStage[] {
  const stages: DocumentStage[] = [];
  const named = new Map<string, number>();
  for (let from = 0; from < instructions.length; from += 1) {
    const instruction = instructions[from]!;
    if (instruction.words.keyword !== 'FROM') continue;
    let end = from + 1;
    while (end < instructions.length && instructions[end]!.words.keyword !== 'FROM') end += 1;
    const [base, as, name] = instruction.words.args;
    const isNamed = name !== undefined && as?.text.toLowerCase() === 'as';
    const index = stages.length;
    const baseStage = base && named.get(base.text);
    stages.push({
      index,
      from,
      end,
      base: base?.text ?? '',
      ...(base && { baseSpan: wordSpan(instruction, base) }),
      ...(baseStage !== undefined && { baseStage }),
      ...(isNamed && { name: name.text.toLowerCase(), nameSpan: wordSpan(instruction, name) }),
    });
    if (isNamed) named.set(name.text.toLowerCase(), index);
  }
  return stages;
}
