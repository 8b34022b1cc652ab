/** What a shell does more with than pass it on. Quotes are dealt with apart. */
const shellSyntax = /[$&|;<>()`\\*?[\]{}~#!=\n]/;

/**
 * The words of a command that needs no shell: plain ones, and quoted ones without substitutions.
 *
 * @returns undefined when a shell has to read it
 */
export function commandWords(command: string): string[] | undefined {
  const words: string[] = [];
  let rest = command.trim();
  while (rest !== '') {
    const match = /^(?:[^\s"']+|"[^"]*"|'[^']*')+/.exec(rest);
    if (match === null) return undefined;
    const word = match[0].replaceAll(
      /"([^"]*)"|'([^']*)'/g,
      (_quoted, double?: string, single?: string) =>
        // Nothing is special inside of single quotes, so it is kept from the test below.
        double ?? quoted(single ?? ''),
    );
    if (shellSyntax.test(word)) return undefined;
    words.push(unquoted(word));
    rest = rest.slice(match[0].length).trimStart();
  }
  const isBuiltin = builtins.has(words[0] ?? '');
  return words.length === 0 || isBuiltin ? undefined : words;
}

/** Commands that only a shell knows, or that it knows better. */
const builtins = new Set(
  'cd exec exit export set source . eval trap ulimit umask unset wait if for while until case : alias'.split(
    ' ',
  ),
);

const shift = 0xe000;
/** Private characters in place of those that are special. */
const quoted = (text: string): string =>
  text.replace(/[$&|;<>()`\\*?[\]{}~#!=]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) + shift));
const unquoted = (text: string): string =>
  text.replace(/[\ue021-\ue07e]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - shift));
