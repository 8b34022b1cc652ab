import { findHeredocs, type Heredoc } from './heredocs';
import { mayHaveHeredoc } from './splitInstruction';
import type { Directives, LineRange } from './syntax';

/** A stretch of the text, in UTF-16 units from its beginning; `end` lies behind the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A heredoc with the place of its body. */
export interface SourceHeredoc extends Heredoc {
  /** Its lines, with their ends, without the one that closes it. */
  readonly body: Span;
  /** The line that closes it; absent when the file ends first. */
  readonly close?: Span;
}

/** Where one physical line's part of a joined instruction comes from. */
export interface Piece {
  /** Where the part begins in the joined text. */
  readonly at: number;
  /** Where it begins in the file. */
  readonly offset: number;
}

/** One instruction as it stands in the file: the joined text, and the way back to the places it was joined from. */
export interface SourceInstruction {
  /** Continuation lines joined, comments and empty lines between them left out, blanks before the keyword too. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** From the keyword to the end of the last continuation line, heredocs not included. */
  readonly span: Span;
  /** From the keyword to the last line, heredocs included. */
  readonly lines: LineRange;
  readonly heredocs: readonly SourceHeredoc[];
  /** The file ends while the instruction still asks for another line. */
  readonly open: boolean;
}

/** A directive's line. */
export interface SourceDirective {
  readonly name: 'syntax' | 'escape' | 'check';
  readonly value: string;
  readonly span: Span;
}

/** A Dockerfile split into what stands in it, each with its place. */
export interface SourceFile {
  readonly text: string;
  readonly directives: Directives;
  readonly directiveLines: readonly SourceDirective[];
  /** Comment lines from their `#` to the line's end, those inside of instructions included, directives not. */
  readonly comments: readonly Span[];
  readonly instructions: readonly SourceInstruction[];
}

const directivePattern = /^[a-zA-Z][a-zA-Z0-9]*$/;
const directiveNames = ['syntax', 'check', 'escape'] as const;

/** Reads any text as a Dockerfile, in time in proportion to it; what makes no sense is kept or skipped. */
export function readSource(text: string): SourceFile {
  const reader = new LineReader(text);
  const { directives, directiveLines } = readDirectives(reader);
  const { escape } = directives;
  const comments: Span[] = [];
  const instructions: SourceInstruction[] = [];
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if (isComment(line)) {
      comments.push(commentSpan(line, reader));
      continue;
    }
    const start = reader.line;
    const { text: joined, pieces, span, open } = joinContinuations(line, reader, escape, comments);
    if (joined.trim() === '') continue;
    const heredocs = readHeredocs(joined, reader, escape);
    instructions.push({ text: joined, pieces, span, open, heredocs, lines: { start, end: reader.line } });
  }
  return { text, directives, directiveLines, comments, instructions };
}

/** The place in the file of a stretch of an instruction's joined text. It may lead over several lines. */
export function sourceSpan(instruction: Pick<SourceInstruction, 'pieces'>, at: number, end: number): Span {
  const start = sourceOffset(instruction, at);
  return { start, end: end > at ? sourceOffset(instruction, end - 1) + 1 : start };
}

/** Where a place of the joined text stands in the file. */
export function sourceOffset({ pieces }: Pick<SourceInstruction, 'pieces'>, at: number): number {
  const piece = pieces[lastIndex(pieces, (one) => one.at <= at)] ?? pieces[0];
  return piece === undefined ? 0 : piece.offset + Math.max(0, at - piece.at);
}

/** The place in the joined text that an offset of the file stands for; what was left out counts as what precedes it. */
export function joinedOffset(
  { pieces, text }: Pick<SourceInstruction, 'pieces' | 'text'>,
  offset: number,
): number {
  const index = lastIndex(pieces, (one) => one.offset <= offset);
  const piece = pieces[index];
  if (piece === undefined) return 0;
  const end = pieces[index + 1]?.at ?? text.length;
  return Math.min(piece.at + offset - piece.offset, end);
}

/** The last element for which the condition holds, where it holds for all before that; -1 if for none. */
export function lastIndex<T>(sorted: readonly T[], holds: (one: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Hands out the lines without their ends. A carriage return before the line feed belongs to the end. */
class LineReader {
  /** Number of the line that was handed out last, from 1. */
  line = 0;
  /** Where the line that was handed out last begins. */
  start: number;
  /** Where the next line begins. */
  at: number;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    // A byte order mark belongs to no line.
    this.at = this.start = text.startsWith('\uFEFF') ? 1 : 0;
  }

  /** The next line, without taking it. */
  peek(): string | undefined {
    return this.at < this.#text.length ? this.#lineTo(this.#feed()) : undefined;
  }

  next(): string | undefined {
    if (this.at >= this.#text.length) return undefined;
    const feed = this.#feed();
    const line = this.#lineTo(feed);
    this.start = this.at;
    this.at = Math.min(feed + 1, this.#text.length);
    this.line += 1;
    return line;
  }

  #feed(): number {
    const feed = this.#text.indexOf('\n', this.at);
    return feed < 0 ? this.#text.length : feed;
  }

  #lineTo(feed: number): string {
    let end = feed;
    while (end > this.at && this.#text.charCodeAt(end - 1) === 13) end -= 1;
    return this.#text.slice(this.at, end);
  }
}

/**
 * Directives are comments `# name=value` before anything else; the first line that is none ends them. A "#!" line may
 * precede them, but BuildKit then no longer looks for `escape`.
 */
function readDirectives(reader: LineReader): Pick<SourceFile, 'directives' | 'directiveLines'> {
  const directiveLines: SourceDirective[] = [];
  const shebang = reader.peek()?.startsWith('#!') ?? false;
  if (shebang) reader.next();
  for (let line = reader.peek(); line !== undefined; line = reader.peek()) {
    const directive = directiveOf(line.trimStart());
    if (!directive) break;
    reader.next();
    directiveLines.push({ ...directive, span: commentSpan(line, reader) });
  }
  const valueOf = (wanted: string) => directiveLines.find(({ name }) => name === wanted)?.value;
  const [syntax, check] = [valueOf('syntax'), valueOf('check')];
  const directives: Directives = {
    ...(syntax !== undefined && { syntax }),
    ...(check !== undefined && { check }),
    escape: !shebang && valueOf('escape') === '`' ? '`' : '\\',
  };
  return { directives, directiveLines };
}

function directiveOf(line: string): Pick<SourceDirective, 'name' | 'value'> | undefined {
  const equals = line.indexOf('=');
  if (!line.startsWith('#') || equals < 0) return undefined;
  const written = line.slice(1, equals).trim();
  const value = line.slice(equals + 1).trim();
  if (!directivePattern.test(written) || value === '') return undefined;
  const name = directiveNames.find((known) => known === written.toLowerCase());
  return name && { name, value };
}

export function isComment(line: string): boolean {
  return line.trimStart().startsWith('#');
}

function commentSpan(line: string, reader: LineReader): Span {
  return { start: reader.start + line.indexOf('#'), end: reader.start + line.length };
}

/** Comments and empty lines between continuation lines are left out. */
function joinContinuations(
  first: string,
  reader: LineReader,
  escape: string,
  comments: Span[],
): Pick<SourceInstruction, 'text' | 'pieces' | 'span' | 'open'> {
  const indent = first.length - first.trimStart().length;
  const start = reader.start + indent;
  let end = reader.start + first.length;
  const begin = first.slice(indent);
  let cut = cutContinuation(begin, escape);
  const pieces: Piece[] = [{ at: 0, offset: start }];
  if (cut === undefined) return { text: begin, pieces, span: { start, end }, open: false };
  const parts = [cut];
  let length = cut.length;
  while (cut !== undefined) {
    const line = reader.next();
    if (line === undefined) break;
    end = reader.start + line.length;
    if (line.trim() === '') continue;
    if (isComment(line)) {
      comments.push(commentSpan(line, reader));
      continue;
    }
    cut = cutContinuation(line, escape);
    const part = cut ?? line;
    pieces.push({ at: length, offset: reader.start });
    parts.push(part);
    length += part.length;
  }
  return { text: parts.join(''), pieces, span: { start, end }, open: cut !== undefined };
}

/** The line without its continuation mark: one escape character, but not two, with at most blanks behind. */
export function cutContinuation(line: string, escape: string): string | undefined {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  if (end === 0 || line[end - 1] !== escape || (end > 1 && line[end - 2] === escape)) return undefined;
  return line.slice(0, end - 1);
}

const noHeredocs: readonly SourceHeredoc[] = [];

function readHeredocs(joined: string, reader: LineReader, escape: string): readonly SourceHeredoc[] {
  if (!joined.includes('<<') || !mayHaveHeredoc(joined, escape)) return noHeredocs;
  return findHeredocs(joined).map((heredoc) => {
    const start = reader.at;
    for (let line = reader.next(); line !== undefined; line = reader.next()) {
      if ((heredoc.stripTabs ? line.replace(/^\t+/, '') : line) !== heredoc.terminator) continue;
      const close = { start: reader.start, end: reader.start + line.length };
      return { ...heredoc, body: { start, end: reader.start }, close };
    }
    return { ...heredoc, body: { start, end: reader.at } };
  });
}
