import type { LineRange } from '../syntax';
import { lastIndex, type Span } from '../source';
import type { LanguageDocument } from './document';
import type { DocumentInstruction } from './parts';

/** An entry of the outline: a stage with its instructions, or an instruction. */
export interface OutlineEntry {
  readonly kind: 'stage' | 'instruction';
  readonly name: string;
  /** What else there is to say in a few words. */
  readonly detail: string;
  /** Everything that belongs to it. */
  readonly span: Span;
  /** What is shown when it is chosen. */
  readonly nameSpan: Span;
  readonly children: readonly OutlineEntry[];
}

/** The stages with their instructions, after the instructions above the first FROM. */
export function outline({ text, instructions, stages }: LanguageDocument): OutlineEntry[] {
  const end = stages[0]?.from ?? instructions.length;
  return [
    ...instructions.slice(0, end).map((one) => instructionEntry(one)),
    ...stages.map(({ index, name, nameSpan, base, from, end: behind }): OutlineEntry => {
      const first = instructions[from]!;
      const last = instructions[behind - 1] ?? first;
      return {
        kind: 'stage',
        name: name ?? `stage-${index}`,
        detail: base === '' ? '' : `FROM ${base}`,
        span: { start: first.span.start, end: endOf(last) },
        nameSpan: nameSpan === undefined || nameSpan.end > text.length ? first.span : nameSpan,
        children: instructions.slice(from + 1, behind).map((one) => instructionEntry(one)),
      };
    }),
  ];
}

const detailLength = 60;

function instructionEntry(instruction: DocumentInstruction): OutlineEntry {
  const { text, words, span } = instruction;
  const rest = text
    .slice(words.keywordWord.end)
    .slice(0, 4 * detailLength)
    .trim()
    .replace(/\s+/g, ' ');
  return {
    kind: 'instruction',
    name: words.keyword,
    detail: rest.length > detailLength ? `${rest.slice(0, detailLength)}…` : rest,
    span: { start: span.start, end: endOf(instruction) },
    nameSpan: { start: span.start, end: span.start + words.keywordWord.text.length },
    children: [],
  };
}

function endOf({ heredocs, span }: DocumentInstruction): number {
  const last = heredocs.at(-1);
  return last?.close?.end ?? last?.body.end ?? span.end;
}

/** Lines that can be folded behind the first of them. */
export interface FoldingRange extends LineRange {
  readonly kind: 'stage' | 'instruction' | 'heredoc' | 'comment';
}

/** Stages, instructions of several lines, bodies of heredocs, and comments of several lines. */
export function foldingRanges({ text, source, instructions, stages }: LanguageDocument): FoldingRange[] {
  const starts = lineStarts(text);
  const lineAt = (offset: number): number => lastIndex(starts, (start) => start <= offset) + 1;
  const ranges: FoldingRange[] = [];
  const add = (kind: FoldingRange['kind'], start: number, end: number): void => {
    if (end > start) ranges.push({ kind, start, end });
  };
  for (const { from, end } of stages) {
    add('stage', instructions[from]!.lines.start, instructions[end - 1]!.lines.end);
  }
  for (const { lines, heredocs } of instructions) {
    add('instruction', lines.start, lines.end);
    // One heredoc is the instruction itself; of several each can be folded.
    if (heredocs.length < 2) continue;
    for (const { body, close } of heredocs) add('heredoc', lineAt(body.start), lineAt((close ?? body).end));
  }
  let first: number | undefined;
  const lines = source.comments.map(({ start }) => lineAt(start));
  lines.forEach((line, index) => {
    first ??= line;
    if (lines[index + 1] === line + 1) return;
    add('comment', first, line);
    first = undefined;
  });
  return ranges.sort((a, b) => a.start - b.start || b.end - a.end);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) starts.push(feed + 1);
  return starts;
}
