import { readWords, splitWords, type InstructionWords } from './words';

interface Part {
  /** Where it begins in the joined text. */
  readonly at: number;
  /** From there to the cursor. */
  readonly text: string;
}

export interface KeywordPart extends Part {
  readonly kind: 'keyword';
  /** Behind ONBUILD. */
  readonly trigger: boolean;
}

export interface FlagNamePart extends Part {
  readonly kind: 'flag-name';
  readonly keyword: string;
  /** Names of the flags before it. */
  readonly used: readonly string[];
}

export interface FlagValuePart extends Part {
  readonly kind: 'flag-value';
  readonly keyword: string;
  readonly flag: string;
}

export interface ArgumentPart extends Part {
  readonly kind: 'argument';
  readonly keyword: string;
  /** The words before it, flags left out. */
  readonly before: readonly string[];
  readonly words: InstructionWords;
}

/** Which part of an instruction is being typed. */
export type TypedPart = KeywordPart | FlagNamePart | FlagValuePart | ArgumentPart;

/** @param prefix the joined text of the instruction up to the cursor */
export function typedPart(prefix: string, escape: string): TypedPart {
  const outer = readWords(prefix, escape);
  const isTrigger = outer.keyword === 'ONBUILD' && outer.keywordWord.end < prefix.length;
  if (isTrigger && outer.inner === undefined) {
    return { kind: 'keyword', trigger: true, at: prefix.length, text: '' };
  }
  const words = outer.inner ?? outer;
  const { keyword, keywordWord, flags, argsAt } = words;
  if (keywordWord.end >= prefix.length) {
    return { kind: 'keyword', trigger: words !== outer, at: keywordWord.at, text: keywordWord.text };
  }
  const last = flags.at(-1);
  if (last !== undefined && last.end >= prefix.length) {
    if (last.value === undefined) {
      const used = flags.slice(0, -1).map(({ name }) => name);
      return { kind: 'flag-name', keyword, used, at: last.at, text: last.text };
    }
    return { kind: 'flag-value', keyword, flag: last.name, at: last.value.at, text: last.value.text };
  }
  const flag = /\s(--?)$/.exec(prefix.slice(-3))?.[1];
  // Two dashes that nothing follows yet may become a flag; with a blank behind them they end the flags.
  if (flag !== undefined && [argsAt, argsAt - 2].includes(prefix.length - flag.length)) {
    const used = flags.map(({ name }) => name);
    return { kind: 'flag-name', keyword, used, at: prefix.length - flag.length, text: flag };
  }
  const args = splitWords(prefix, argsAt, escape);
  const current = args.at(-1);
  const isOpen = current !== undefined && current.end >= prefix.length;
  const before = (isOpen ? args.slice(0, -1) : args).map(({ text }) => text);
  return {
    kind: 'argument',
    keyword,
    before,
    words,
    at: isOpen ? current.at : prefix.length,
    text: isOpen ? current.text : '',
  };
}
