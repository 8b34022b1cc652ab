const hidden = '••••••';

/** Names of environment variables and options whose values are nobody's business. */
const secretName = /(?:pass(?:word|wd)?|secret|token|credential|auth|api[-_]?key|private[-_]?key)/i;

/** A node's driver options for people: values that may hold a secret, and logins in addresses, are hidden. */
export function shownOptions(options: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      name.startsWith('env.') && secretName.test(name)
        ? hidden
        : value.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/@:\s]*):[^/@\s]+@/i, `$1:${hidden}@`),
    ]),
  );
}
