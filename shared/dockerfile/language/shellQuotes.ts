/**
 * Tells for places of a text, asked in ascending order, whether they may lie inside of quotes. In doubt they do: after
 * a substitution inside of double quotes, whose own quotes nobody has counted, everything does.
 */
export function openQuotes(text: string, from: number, escape: string): (place: number) => boolean {
  let at = from;
  let quote = '';
  let unsure = false;
  return (place) => {
    for (; at < place && !unsure; at += 1) {
      const character = text.charAt(at);
      if ((character === escape || character === '\\') && quote !== "'") at += 1;
      else if (quote === '') {
        if (character === '"' || character === "'") quote = character;
        // Old substitutions, here documents and comments have rules of their own.
        else if (character === '`' || character === '#' || text.startsWith('<<', at)) unsure = true;
        else if (text.startsWith('${', at)) unsure = !/^\$\{[^\s{}]*\}/.test(text.slice(at, at + 300));
      } else if (character === quote) quote = '';
      else if (quote === '"' && (text.startsWith('$(', at) || character === '`')) unsure = true;
    }
    return unsure || quote !== '';
  };
}
