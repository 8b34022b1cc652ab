import { lastIndex, sourceOffset } from '../source';
import type { TextEdit } from './completionItem';
import { readDocument, type LanguageDocument } from './document';
import type { DocumentInstruction } from './parts';
import { openQuotes } from './shellQuotes';
import { isInstructionName, noTriggers, type InstructionName } from './tables';
import type { InstructionWords, Word } from './words';

export interface FormatOptions {
  /** What a continuation line is indented with. */
  readonly indent: string;
}

/**
 * The edits that put a Dockerfile into its usual form: instructions and AS in capitals, one blank between the words
 * where their number says nothing, continuation lines indented alike, no blanks at the ends of lines. What is said
 * stays: bodies of heredocs, strings, JSON and whatever the shell could tell apart are left alone. Formatting again
 * changes nothing.
 */
export function formatEdits(document: LanguageDocument, { indent }: FormatOptions): TextEdit[] {
  const edits = new EditList(document.text);
  const { escape } = document.source.directives;
  for (const instruction of document.instructions) {
    edits.blanksBefore(instruction.span.start);
    formatWords(instruction, instruction.words, edits);
    indentContinuations(instruction, escape, indent, edits);
  }
  indentComments(document, indent, edits);
  trimLineEnds(document, edits);
  return edits.sorted();
}

/** The formatted text. */
export function formatDockerfile(text: string, options: FormatOptions): string {
  let result = '';
  let at = 0;
  for (const { span, text: inserted } of formatEdits(readDocument(text), options)) {
    result += text.slice(at, span.start) + inserted;
    at = span.end;
  }
  return result + text.slice(at);
}

class EditList {
  readonly #edits = new Map<number, TextEdit>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Replaces a stretch, unless that is what stands there or the stretch was dealt with. */
  replace(start: number, end: number, text: string): void {
    if (this.#text.slice(start, end) === text || this.#edits.has(start)) return;
    this.#edits.set(start, { span: { start, end }, text });
  }

  /** Takes away the blanks from the line's beginning to the offset, if there is nothing else. */
  blanksBefore(offset: number): void {
    let start = offset;
    while (start > 0 && isBlank(this.#text.charAt(start - 1))) start -= 1;
    const begins = start === 0 || this.#text[start - 1] === '\n' || this.#text[start - 1] === '\uFEFF';
    if (begins) this.replace(start, offset, '');
  }

  sorted(): TextEdit[] {
    return [...this.#edits.values()].sort((a, b) => a.span.start - b.span.start);
  }
}

/** Capitals for the keyword, and one blank where words are separated by blanks of one line. */
function formatWords(instruction: DocumentInstruction, words: InstructionWords, edits: EditList): void {
  const { keyword, keywordWord, flags, args } = words;
  if (!isInstructionName(keyword)) return;
  upperCase(instruction, keywordWord, edits);
  const isTrigger = words !== instruction.words;
  if (isTrigger && noTriggers.includes(keyword)) return;
  const heads: Word[] = [keywordWord, ...flags];
  const first = words.inner?.keywordWord ?? args[0] ?? restWord(instruction, words);
  oneBlank(instruction, [...heads, ...(first ? [first] : [])], edits);
  if (words.inner !== undefined) return formatWords(instruction, words.inner, edits);
  if (keyword === 'FROM' && args[1]?.text.toLowerCase() === 'as' && args.length === 3) {
    upperCase(instruction, args[1], edits);
  }
  if (keyword === 'HEALTHCHECK' && args[0] && /^(?:cmd|none)$/i.test(args[0].text)) {
    upperCase(instruction, args[0], edits);
    const [type, command] = args;
    if (type && command) oneBlank(instruction, [type, command], edits);
  }
  const text = instruction.text.slice(words.argsAt);
  if (wordLists.has(keyword) && !/["'[\\`]|<</.test(text)) oneBlank(instruction, args, edits);
}

/** Instructions whose arguments are mere words. */
const wordLists: ReadonlySet<InstructionName> = new Set(['FROM', 'COPY', 'ADD', 'EXPOSE', 'VOLUME']);

function restWord({ text }: DocumentInstruction, { argsAt }: InstructionWords): Word | undefined {
  return argsAt < text.length ? { text: '', at: argsAt, end: text.length } : undefined;
}

function upperCase(instruction: DocumentInstruction, { at, end, text }: Word, edits: EditList): void {
  const start = sourceOffset(instruction, at);
  // A keyword that is broken over two lines stays.
  if (sourceOffset(instruction, end - 1) - start === end - 1 - at) {
    edits.replace(start, start + text.length, text.toUpperCase());
  }
}

function oneBlank(instruction: DocumentInstruction, words: readonly Word[], edits: EditList): void {
  words.slice(1).forEach((word, index) => {
    const before = words[index]!;
    const between = instruction.text.slice(before.end, word.at);
    const start = sourceOffset(instruction, before.end);
    const isOneLine = sourceOffset(instruction, word.at) - start === word.at - before.end;
    if (isOneLine && between !== '' && [...between].every(isBlank)) {
      edits.replace(start, start + between.length, ' ');
    }
  });
}

/** Instructions that are commands of a shell, lists of words or pairs, so that blanks between words mean nothing. */
const looseBlanks: ReadonlySet<string> = new Set([
  ...[
    'RUN',
    'CMD',
    'ENTRYPOINT',
    'HEALTHCHECK',
    'COPY',
    'ADD',
    'FROM',
    'EXPOSE',
    'VOLUME',
    'ARG',
    'ENV',
    'LABEL',
  ],
]);

const commands: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** Comments inside of instructions are no part of them, wherever they stand. */
function indentComments(document: LanguageDocument, indent: string, edits: EditList): void {
  const { source, instructions, text } = document;
  for (const { start } of source.comments) {
    const { span } = instructions[lastIndex(instructions, (one) => one.span.start <= start)] ?? {};
    if (span === undefined || start > span.end) continue;
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    if (/^[\t ]*$/.test(text.slice(lineStart, start))) edits.replace(lineStart, start, indent);
  }
}

/**
 * Gives continuation lines the same indentation where a blank or more can't be told from some others: outside of
 * quotes, and not where it would put words apart that were one.
 */
function indentContinuations(
  instruction: DocumentInstruction,
  escape: string,
  indent: string,
  edits: EditList,
): void {
  const { pieces, text } = instruction;
  const words = instruction.words.inner ?? instruction.words;
  if (pieces.length < 2 || !looseBlanks.has(words.keyword)) return;
  const rest = text.slice(words.argsAt);
  const isPair = words.keyword !== 'ENV' && words.keyword !== 'LABEL';
  if (rest.startsWith('[') || !(isPair || words.args[0]?.text.includes('='))) return;
  // Behind an escape of ` there is likely a shell to which the number of blanks is not all the same.
  if (escape === '`' && commands.has(words.keyword)) return;
  const quoted = openQuotes(text, words.keywordWord.end, escape);
  pieces.forEach(({ at, offset }, index) => {
    if (index === 0) return;
    const end = pieces[index + 1]?.at ?? text.length;
    const blanks = /^[\t ]*/.exec(text.slice(at, Math.min(end, at + 1000)))![0];
    const isBlankLine = at + blanks.length >= end;
    const before = text.charAt(at - 1);
    const isApart = blanks !== '' || isBlank(before);
    if (isBlankLine || !isApart || quoted(at) || ['\\', '`', escape].includes(before)) return;
    if (at < words.keywordWord.end || blanks.length === 1000) return;
    edits.replace(offset, offset + blanks.length, indent);
  });
}

/** Takes away blanks at the ends of lines: BuildKit does so, too, but for the bodies of heredocs. */
function trimLineEnds({ text, instructions }: LanguageDocument, edits: EditList): void {
  const bodies = instructions.flatMap(({ heredocs }) => heredocs.map(({ body }) => body));
  for (let lineStart = 0; lineStart < text.length;) {
    const feed = text.indexOf('\n', lineStart);
    let end = feed < 0 ? text.length : feed;
    while (end > lineStart && text[end - 1] === '\r') end -= 1;
    let start = end;
    while (start > lineStart && isBlank(text.charAt(start - 1))) start -= 1;
    const body = bodies[lastIndex(bodies, (one) => one.start <= lineStart)];
    if (start < end && (body === undefined || lineStart >= body.end)) edits.replace(start, end, '');
    lineStart = feed < 0 ? text.length : feed + 1;
  }
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}
