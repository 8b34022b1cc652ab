/** One way in which a registry wants to be told who asks (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const quoted = /"((?:[^"\\]|\\[^])*)"/y;
const spaces = /[ \t]*/y;
const commas = /[ \t,]*/y;

/**
 * Reads a `WWW-Authenticate` header, which may hold several challenges. What can't be read ends the list.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (take(commas); at < header.length; take(commas)) {
    const name = take(token)?.[0].toLowerCase();
    if (name === undefined) break;
    take(spaces);
    if (header[at] !== '=') {
      challenges.push({ scheme: name, parameters: new Map() });
      continue;
    }
    at++;
    take(spaces);
    const value = take(quoted)?.[1]?.replace(/\\([^])/g, '$1') ?? take(token)?.[0];
    if (value === undefined) break;
    challenges.at(-1)?.parameters.set(name, value);
  }
  return challenges;
}
