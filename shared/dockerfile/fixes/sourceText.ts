import { readInstructions } from '../instructions';
import { cutContinuation, isComment } from '../source';
import { parseDockerfile } from '../parse';
import type { DockerfileSyntax, Instruction } from '../syntax';
import { LogicalText } from './logicalText';
import type { TextEdit } from './types';

/** The directives stand at the very top. */
const directivesWithin = 64 * 1024;

/** A Dockerfile's text with its lines, for edits that leave alone what they are not about. */
export class SourceText {
  readonly escape: string;
  /** What ends a line in this file. */
  readonly lineEnd: '\n' | '\r\n';
  readonly #starts: number[];
  #syntax: DockerfileSyntax | undefined;
  #instructions: readonly Instruction[] | undefined;

  constructor(readonly text: string) {
    this.escape = readInstructions(text.slice(0, directivesWithin)).directives.escape;
    const firstFeed = text.indexOf('\n');
    this.lineEnd = firstFeed > 0 && text[firstFeed - 1] === '\r' ? '\r\n' : '\n';
    this.#starts = [text.startsWith('\uFEFF') ? 1 : 0];
    for (let feed = firstFeed; feed >= 0; feed = text.indexOf('\n', feed + 1)) this.#starts.push(feed + 1);
  }

  /** The whole file; read when it is first asked for. */
  get syntax(): DockerfileSyntax {
    return (this.#syntax ??= parseDockerfile(this.text));
  }

  /** All instructions in order; read when they are first asked for. */
  get instructions(): readonly Instruction[] {
    return (this.#instructions ??= readInstructions(this.text).instructions);
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Where a line (from 1) begins; behind the last line, the end of the text. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.text.length;
  }

  /** A line without its end. */
  line(line: number): string {
    return this.text.slice(this.startOf(line), this.startOf(line + 1)).replace(/\r*\n?$/, '');
  }

  /** The instruction that begins on a line, its continuation lines joined as BuildKit's parser does. */
  instructionAt(line: number): LogicalText {
    const parts: { text: string; offset: number }[] = [];
    for (let at = line; at <= this.lineCount; at += 1) {
      const content = this.line(at);
      const isFirst = at === line;
      if (!isFirst && (content.trim() === '' || isComment(content))) continue;
      const begin = isFirst ? content.length - content.trimStart().length : 0;
      const cut = cutContinuation(content.slice(begin), this.escape);
      parts.push({ text: cut ?? content.slice(begin).trimEnd(), offset: this.startOf(at) + begin });
      if (cut === undefined) break;
    }
    return new LogicalText(parts);
  }

  /** Takes lines away, with their ends. */
  removeLines(first: number, last: number): TextEdit {
    return { startOffset: this.startOf(first), endOffset: this.startOf(last + 1), text: '' };
  }

  /** Line and column, both from 1, of an offset. */
  positionAt(offset: number): { line: number; column: number } {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    // A byte order mark takes a column of the first line.
    const begin = low === 0 ? 0 : (this.#starts[low] ?? 0);
    return { line: low + 1, column: offset - begin + 1 };
  }

  /** Puts a line before another, as far in as that one. */
  insertLine(before: number, content: string): TextEdit {
    const indent = /^[\t ]*/.exec(this.line(before))?.[0] ?? '';
    const offset = this.startOf(before);
    return { startOffset: offset, endOffset: offset, text: `${indent}${content}${this.lineEnd}` };
  }
}
