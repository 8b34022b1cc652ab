/** A word of an instruction as it is written, quotes and escapes included. Places are those of the joined text. */
export interface Word {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** A `--name=value` word. */
export interface FlagWord extends Word {
  /** Without `--`. */
  readonly name: string;
  /** Absent when there is no `=`. */
  readonly value?: Word;
}

/** An instruction's words, each with its place. ONBUILD has the instruction that it triggers in `inner`. */
export interface InstructionWords {
  /** In capitals. */
  readonly keyword: string;
  readonly keywordWord: Word;
  readonly flags: readonly FlagWord[];
  /** Empty where the rest is a command line, whose words are nobody's business but the shell's. */
  readonly args: readonly Word[];
  /** Where the text after the flags begins. */
  readonly argsAt: number;
  readonly inner?: InstructionWords;
}

const commandLines = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'MAINTAINER']);
const blank = /[\t\v\f\r ]/;
const blanks = /\s*/y;

/** Splits the joined text of an instruction, from `from` on. */
export function readWords(text: string, escape: string, from = 0): InstructionWords {
  const start = skipBlanks(text, from);
  let at = start;
  while (at < text.length && !blank.test(text.charAt(at))) at += 1;
  const keywordWord = wordOf(text, start, at);
  const keyword = keywordWord.text.toUpperCase();
  const flags: FlagWord[] = [];
  let argsAt = skipBlanks(text, at);
  while (text.startsWith('--', argsAt)) {
    const end = wordEnd(text, argsAt, escape);
    if (end === argsAt + 2) {
      argsAt = skipBlanks(text, end);
      break;
    }
    flags.push(flagOf(text, argsAt, end));
    argsAt = skipBlanks(text, end);
  }
  const isTrigger = keyword === 'ONBUILD' && argsAt < text.length;
  return {
    keyword,
    keywordWord,
    flags,
    args: isTrigger || commandLines.has(keyword) ? [] : splitWords(text, argsAt, escape),
    argsAt,
    ...(isTrigger && { inner: readInner(text, argsAt, escape) }),
  };
}

/** ONBUILD in ONBUILD is refused by BuildKit, so nothing is looked for in there. */
function readInner(text: string, at: number, escape: string): InstructionWords {
  const end = skipWord(text, at);
  const isNested = text.slice(at, end).toUpperCase() === 'ONBUILD';
  return readWords(isNested ? text.slice(0, end) : text, escape, at);
}

/** The words from `at` on: split at the blanks outside of quotes. */
export function splitWords(text: string, from: number, escape: string): Word[] {
  const words: Word[] = [];
  for (let at = skipBlanks(text, from); at < text.length;) {
    const end = wordEnd(text, at, escape);
    words.push(wordOf(text, at, end));
    at = skipBlanks(text, end);
  }
  return words;
}

/** A quoted word without the quotes around it; any other as it is. */
export function unquoted(word: Word): Word {
  const { text, at } = word;
  const quote = text.charAt(0);
  if (quote !== '"' && quote !== "'") return word;
  const closed = text.length > 1 && text.endsWith(quote);
  return { text: text.slice(1, closed ? -1 : undefined), at: at + 1, end: word.end - (closed ? 1 : 0) };
}

/** The fields of a comma-separated value such as that of `--mount`, each split at its first `=`. */
export function fieldsOf(value: Word): { key: Word; value?: Word }[] {
  const { text, at } = unquoted(value);
  let from = 0;
  return text.split(',').map((field) => {
    const start = at + from;
    from += field.length + 1;
    const equals = field.indexOf('=');
    if (equals < 0) return { key: { text: field, at: start, end: start + field.length } };
    return {
      key: { text: field.slice(0, equals), at: start, end: start + equals },
      value: { text: field.slice(equals + 1), at: start + equals + 1, end: start + field.length },
    };
  });
}

function flagOf(text: string, at: number, end: number): FlagWord {
  const word = wordOf(text, at, end);
  const equals = word.text.indexOf('=');
  if (equals < 0) return { ...word, name: word.text.slice(2) };
  return { ...word, name: word.text.slice(2, equals), value: wordOf(text, at + equals + 1, end) };
}

function wordOf(text: string, at: number, end: number): Word {
  return { text: text.slice(at, end), at, end };
}

const plainRun = /[^\\`'"\s]+/y;

function wordEnd(text: string, from: number, escape: string): number {
  let quote = '';
  let at = from;
  while (at < text.length) {
    plainRun.lastIndex = at;
    if (plainRun.test(text)) at = plainRun.lastIndex;
    const character = text.charAt(at);
    if (character === escape && quote !== "'") {
      at += 2;
      continue;
    }
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    else if (quote === '' && /\s/.test(character)) return at;
    at += 1;
  }
  return Math.min(at, text.length);
}

function skipBlanks(text: string, at: number): number {
  blanks.lastIndex = at;
  blanks.test(text);
  return Math.max(at, blanks.lastIndex);
}

function skipWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !blank.test(text.charAt(at))) at += 1;
  return at;
}
