import { ShellSyntaxError } from './shellSyntaxError';
import { expandShellWords, type ShellWordOptions } from './shellWords';

export interface Heredoc {
  /** The line that ends it. */
  readonly terminator: string;
  /** `<<-`: tabs before the terminator don't count. */
  readonly stripTabs: boolean;
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
    const names = wordsOf(match[2], { escape: '\\', lookup: () => undefined, keepUnset: true });
    const [terminator] = names;
    return terminator !== undefined && names.length === 1
      ? [{ terminator, stripTabs: match[1] === '-' }]
      : [];
  });
}

function wordsOf(text: string, options: ShellWordOptions): readonly string[] {
  try {
    return expandShellWords(text, options).words;
  } catch (error) {
    if (error instanceof ShellSyntaxError) return [];
    throw error;
  }
}
