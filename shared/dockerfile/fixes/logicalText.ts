import type { TextEdit } from './types';

/** A word of a {@link LogicalText}; `end` is behind its last character. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** An instruction as one line, each character of which knows where it stands in the file. */
export class LogicalText {
  readonly text: string;
  readonly #parts: readonly { readonly at: number; readonly text: string; readonly offset: number }[];

  constructor(parts: readonly { readonly text: string; readonly offset: number }[]) {
    let at = 0;
    this.#parts = parts.map((part) => {
      const placed = { ...part, at };
      at += part.text.length;
      return placed;
    });
    this.text = parts.map((part) => part.text).join('');
  }

  /** What is separated by blanks, from an index on. Quotes mean nothing here. */
  words(from = 0): Word[] {
    return [...this.text.slice(from).matchAll(/\S+/g)].map(({ 0: text, index }) => ({
      text,
      start: from + index,
      end: from + index + text.length,
    }));
  }

  /** The keyword, the flags (words that begin with `--`), and the words behind them. */
  parts(): { keyword: Word | undefined; flags: Word[]; args: Word[] } {
    const [keyword, ...rest] = this.words();
    const firstArg = rest.findIndex(({ text }) => !text.startsWith('--'));
    const flagCount = firstArg < 0 ? rest.length : firstArg;
    return { keyword, flags: rest.slice(0, flagCount), args: rest.slice(flagCount) };
  }

  /** Replaces a stretch, with whatever stands between its lines in the file. */
  replace(start: number, end: number, text: string): TextEdit {
    return {
      startOffset: this.#offset(start),
      endOffset: end > start ? this.#offset(end - 1) + 1 : this.#offset(start),
      text,
    };
  }

  /** Inserts right behind the character before `index`. */
  insertBehind(index: number, text: string): TextEdit {
    const offset = index === 0 ? this.#offset(0) : this.#offset(index - 1) + 1;
    return { startOffset: offset, endOffset: offset, text };
  }

  #offset(index: number): number {
    const part = this.#parts.findLast(({ at }) => at <= index);
    return part === undefined ? 0 : part.offset + (index - part.at);
  }
}
