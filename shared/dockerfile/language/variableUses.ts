import type { Word } from './words';

const name = /\$\{?([\p{L}_][\p{L}\p{Nd}_]*)/uy;

/** The names behind `$` and `${` in a stretch of text, nested ones too. Escaped dollar signs are none. */
export function variableUses(
  text: string,
  from: number,
  to: number,
  options: {
    readonly escape: string;
    /** Whether single quotes keep variables from being expanded. A shell may hand them to another shell. */
    readonly singleQuotes: boolean;
  },
): Word[] {
  const uses: Word[] = [];
  let quote = '';
  for (let at = from; at < to; at += 1) {
    const character = text.charAt(at);
    if (character === options.escape && quote !== "'") at += 1;
    else if (options.singleQuotes && quote === "'") {
      if (character === "'") quote = '';
    } else if (options.singleQuotes && (character === '"' || (character === "'" && quote === ''))) {
      quote = quote === character ? '' : character;
    } else if (character === '$') {
      name.lastIndex = at;
      const match = name.exec(text);
      if (match?.[1] === undefined || name.lastIndex > to) continue;
      const end = name.lastIndex;
      uses.push({ text: match[1], at: end - match[1].length, end });
      at = end - 1;
    }
  }
  return uses;
}
