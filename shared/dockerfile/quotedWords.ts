const plainRun = /[^\\`'"\s]+/y;
const space = /\s/;

/** Splits at the spaces outside of quotes and keeps quotes and escapes, as the words of ARG and ENV are read. */
export function quotedWords(text: string, escape: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length;) {
    plainRun.lastIndex = at;
    const character = text.charAt(at);
    if (plainRun.test(text)) {
      word += text.slice(at, plainRun.lastIndex);
      at = plainRun.lastIndex;
    } else if (character === escape && quote !== "'") {
      if (at + 1 < text.length) word += text.slice(at, at + 2);
      at += 2;
    } else if (quote === '' && space.test(character)) {
      if (word !== '') words.push(word);
      word = '';
      at += 1;
    } else {
      if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = '';
      word += character;
      at += 1;
    }
  }
  if (word !== '') words.push(word);
  return words;
}
