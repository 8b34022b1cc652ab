import { ShellSyntaxError } from './shellSyntaxError';
import { expandShellWords, type ShellWordOptions } from './shellWords';

export interface Heredoc {
  /** The line that ends it. */
  readonly terminator: string;
  /** `<<-`: tabs before the terminator don't count. */
  readonly stripTabs: boolean;
  /** False when the word was quoted: then variables in the body stay as they are. */
  readonly expand: boolean;
}

// BuildKit finds heredocs with a backslash as escape character, whatever the file's directive says.
const keepEverything: ShellWordOptions = {
  escape: '\\',
  lookup: () => undefined,
  rawQuotes: true,
  rawEscapes: true,
  keepUnset: true,
};

/** The heredocs that an instruction announces, in their order; none where quotes or substitutions are not closed. */
export function findHeredocs(instruction: string): Heredoc[] {
  return wordsOf(instruction, keepEverything).flatMap((word) => {
    const match = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word);
    if (!match?.[2]) return [];
    const options: ShellWordOptions = { escape: '\\', lookup: () => undefined, keepUnset: true };
    const names = wordsOf(match[2], options);
    const [terminator] = names;
    if (terminator === undefined || names.length !== 1) return [];
    const expand = !/['"]/.test(match[2]) || !isQuoted(match[2], terminator, options);
    return [{ terminator, stripTabs: match[1] === '-', expand }];
  });
}

/** Quotes that reading took away were quotes, and not escaped ones. */
function isQuoted(word: string, read: string, options: ShellWordOptions): boolean {
  const count = (text: string): number => text.split(/['"]/).length;
  return wordsOf(word, { ...options, rawQuotes: true }).some((raw) => count(raw) !== count(read));
}

function wordsOf(text: string, options: ShellWordOptions): readonly string[] {
  try {
    return expandShellWords(text, options).words;
  } catch (error) {
    if (error instanceof ShellSyntaxError) return [];
    throw error;
  }
}
