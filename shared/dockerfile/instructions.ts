import { findHeredocs } from './heredocs';
import type { Directives, Instruction } from './syntax';

const directivePattern = /^[a-zA-Z][a-zA-Z0-9]*$/;

/** Splits a Dockerfile into its directives and instructions. Takes any text; what makes no sense is kept or skipped. */
export function readInstructions(text: string): { directives: Directives; instructions: Instruction[] } {
  const reader = new LineReader(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const directives = readDirectives(reader);
  const { escape } = directives;
  const instructions: Instruction[] = [];
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    const start = reader.line;
    if (isComment(line)) continue;
    const joined = joinContinuations(line.trimStart(), reader, escape);
    if (joined.trim() === '') continue;
    const instruction = splitInstruction(joined, escape);
    if (joined.includes('<<') && mayHaveHeredoc(instruction, escape)) {
      for (const { terminator, stripTabs } of findHeredocs(joined)) reader.skipOver(terminator, stripTabs);
    }
    instructions.push({ ...instruction, lines: { start, end: reader.line } });
  }
  return { directives, instructions };
}

/** Splits the text of one instruction, with its continuation lines joined, into keyword, flags and the rest. */
export function splitInstruction(text: string, escape: string): Omit<Instruction, 'lines'> {
  const trimmed = text.trim();
  const space = trimmed.search(/[\t\v\f\r ]/);
  if (space < 0) return { keyword: trimmed.toUpperCase(), flags: [], rest: '' };
  const { flags, restAt } = readFlags(trimmed, space, escape);
  return { keyword: trimmed.slice(0, space).toUpperCase(), flags, rest: trimmed.slice(restAt).trim() };
}

/** Hands out the lines without their ends. A carriage return before the line feed belongs to the end. */
class LineReader {
  /** Number of the line that was handed out last, from 1. */
  line = 0;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next line, without taking it. */
  peek(): string | undefined {
    return this.#read()?.line;
  }

  next(): string | undefined {
    const read = this.#read();
    if (!read) return undefined;
    this.#at = read.end;
    this.line += 1;
    return read.line;
  }

  /** Moves behind the line that ends a heredoc, or to the end of the file when there is none. */
  skipOver(terminator: string, stripTabs: boolean): void {
    for (let line = this.next(); line !== undefined; line = this.next()) {
      if ((stripTabs ? line.replace(/^\t+/, '') : line) === terminator) return;
    }
  }

  #read(): { line: string; end: number } | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const feed = this.#text.indexOf('\n', this.#at);
    let end = feed < 0 ? this.#text.length : feed;
    const next = feed < 0 ? end : feed + 1;
    while (end > this.#at && this.#text[end - 1] === '\r') end -= 1;
    return { line: this.#text.slice(this.#at, end), end: next };
  }
}

/**
 * Directives are comments `# name=value` before anything else; the first line that is none ends them. A "#!" line may
 * precede them, but BuildKit then no longer looks for `escape`.
 */
function readDirectives(reader: LineReader): Directives {
  const found = new Map<string, string>();
  const shebang = reader.peek()?.startsWith('#!') ?? false;
  if (shebang) reader.next();
  for (let line = reader.peek(); line !== undefined; line = reader.peek()) {
    const directive = directiveOf(line.trimStart());
    if (!directive) break;
    if (!found.has(directive.name)) found.set(directive.name, directive.value);
    reader.next();
  }
  const [syntax, check] = [found.get('syntax'), found.get('check')];
  return {
    ...(syntax !== undefined && { syntax }),
    ...(check !== undefined && { check }),
    escape: !shebang && found.get('escape') === '`' ? '`' : '\\',
  };
}

function directiveOf(line: string): { name: string; value: string } | undefined {
  const equals = line.indexOf('=');
  if (!line.startsWith('#') || equals < 0) return undefined;
  const name = line.slice(1, equals).trim();
  const value = line.slice(equals + 1).trim();
  if (!directivePattern.test(name) || value === '') return undefined;
  const lower = name.toLowerCase();
  return ['syntax', 'check', 'escape'].includes(lower) ? { name: lower, value } : undefined;
}

export function isComment(line: string): boolean {
  return line.trimStart().startsWith('#');
}

/** Comments and empty lines between continuation lines are left out. */
function joinContinuations(first: string, reader: LineReader, escape: string): string {
  let cut = cutContinuation(first, escape);
  if (cut === undefined) return first;
  const parts = [cut];
  while (cut !== undefined) {
    const line = reader.next();
    if (line === undefined) break;
    if (line.trim() === '' || isComment(line)) continue;
    cut = cutContinuation(line, escape);
    parts.push(cut ?? line);
  }
  return parts.join('');
}

/** The line without its continuation mark: one escape character, but not two, with at most blanks behind. */
export function cutContinuation(line: string, escape: string): string | undefined {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  if (end === 0 || line[end - 1] !== escape || (end > 1 && line[end - 2] === escape)) return undefined;
  return line.slice(0, end - 1);
}

/** Reads the words that start with `--`, from `from` on; a bare `--` ends them. */
function readFlags(text: string, from: number, escape: string): { flags: string[]; restAt: number } {
  const flags: string[] = [];
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
    if (!text.startsWith('--', at)) return { flags, restAt: at };
    let flag = '';
    let quote = '';
    for (; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (character === escape) {
        at += 1;
        flag += text[at] ?? '';
      } else if (quote !== '') {
        if (character === quote) quote = '';
        else flag += character;
      } else if (character === '"' || character === "'") quote = character;
      else if (/\s/.test(character)) break;
      else flag += character;
    }
    if (flag === '--') return { flags, restAt: at };
    flags.push(flag);
  }
}

function mayHaveHeredoc(instruction: Omit<Instruction, 'lines'>, escape: string): boolean {
  const { keyword, rest } =
    instruction.keyword === 'ONBUILD' ? splitInstruction(instruction.rest, escape) : instruction;
  return ['RUN', 'COPY', 'ADD'].includes(keyword) && !isJsonArray(rest);
}

function isJsonArray(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
