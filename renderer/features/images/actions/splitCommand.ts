import type { Result } from '../../../../shared/model/result';

/**
 * The words of a command as a POSIX shell splits them: at spaces, but not inside of quotes or after a backslash.
 * Nothing is expanded. Fails for a quote that is not closed.
 */
export function splitCommand(text: string): Result<string[], 'open-quote'> {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"' && /["\\$`]/.test(text[at + 1] ?? ''))
        word += text[++at] ?? '';
      else word += character;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else word = (word ?? '') + (character === '\\' ? (text[++at] ?? '') : character);
  }
  if (quote !== undefined) return { ok: false, error: 'open-quote' };
  if (word !== undefined) words.push(word);
  return { ok: true, value: words };
}
