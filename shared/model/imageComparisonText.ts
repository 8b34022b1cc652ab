const keywords = new Set(
  (
    'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL ' +
    'USER VOLUME WORKDIR'
  ).split(' '),
);

/** Shells as builders write them in front of a command. */
const shell =
  /(?:\S*\/(?:ba|da|a|k|z)?sh(?: -\S+| pipefail)*? -[a-z]*c|cmd \/S \/C|powershell(?:\.exe)?(?: -\S+)*? -Command)(?= )/i;
const noOperation = new RegExp(`^(?:RUN )?(?:${shell.source}) +#\\(nop\\) *`, 'i');
const command = new RegExp(`^(RUN )?(?:\\|\\d+ .*?)?(?:${shell.source}) +`, 'i');

/**
 * The instruction behind a `created_by` of the history, as somebody would write it: without the marks of the classic
 * builder (`/bin/sh -c #(nop) `) and of BuildKit (`# buildkit`), without the arguments and the shell that both put in
 * front of a command, on one line. Texts of other tools come back as they are.
 */
export function cleanInstruction(createdBy: string): string {
  const plain = createdBy
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/ ?# buildkit$/, '');
  const metadata = plain.replace(noOperation, '');
  if (metadata !== plain) return metadata;
  const run = plain.replace(command, 'RUN ');
  if (run !== plain) return run;
  // A command without a shell; its arguments are as many words as are told.
  const [, count, rest] = /^RUN \|(\d+) (.*)$/.exec(plain) ?? [];
  if (count === undefined || rest === undefined) return plain;
  const words = rest.split(' ');
  let skipped = 0;
  while (skipped < Number(count) && /^[A-Za-z_]\w*=/.test(words[skipped] ?? '')) skipped += 1;
  return `RUN ${words.slice(skipped).join(' ')}`;
}

/** The instruction's name at the start of a cleaned text, or '' when it begins with none. */
export function keywordOf(text: string): string {
  const [first = ''] = text.split(' ', 1);
  return keywords.has(first) ? first : '';
}

const architecture =
  /^(?:amd64|x86_?64|x64|x86|[3-6]86|i[3-6]86|arm|arm(?:32|64|hf|el|v[5-9]\w*|32v\d|64v\d)|aarch64(?:_be)?|v[5-9]|riscv64|ppc64(?:le|el)?|powerpc64le|s390x?|mips\w*|loong(?:arch)?64|wasm(?:32)?|(?:gnu|musl)(?:eabi(?:hf)?)?)$/;

/**
 * Words of a cleaned text by which steps are compared. What differs between platforms only is made equal: names of
 * architectures become `@`, digests and revisions `#`.
 */
export function comparedWords(text: string): string[] {
  const words = text
    .toLowerCase()
    .replace(/x86[-_]64/g, 'amd64')
    .replace(/\b(?:(?:sha\d+|file|dir|multi):)?(?=[a-f0-9]*\d)[a-f0-9]{12,}\b/g, '#')
    .split(/[^a-z0-9_#]+/)
    .filter((word) => word !== '')
    .map((word) => (architecture.test(word) ? '@' : word));
  // A platform may be one word or several: `arm/v7`, `aarch64-linux-musl`.
  return words.filter((word, index) => word !== '@' || words[index - 1] !== '@');
}

/**
 * How alike two lists of numbers are that are sorted in ascending order: 1 for the same ones, 0 for none in common
 * (twice the common ones by all of them).
 */
export function likeness(a: readonly number[], b: readonly number[]): number {
  const all = a.length + b.length;
  if (all === 0) return 1;
  let common = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const difference = (a[i] ?? 0) - (b[j] ?? 0);
    if (difference === 0) common += 1;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return (2 * common) / all;
}
