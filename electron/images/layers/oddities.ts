/** What was odd about entries of an archive, and what was made of them. */
const texts = {
  outside: (count: number, name: string) =>
    `${names(count, 'leads', 'lead')} out of the image, such as ${name}; shown as if “..” stayed at the root.`,
  absolute: (count: number, name: string) =>
    `${names(count, 'is', 'are')} absolute, such as ${name}; shown without the slash.`,
  'link-outside': (count: number, name: string) =>
    `${count === 1 ? '1 hard link leads' : `${count} hard links lead`} out of the image, such as ${name}; not followed there.`,
  whiteout: (count: number, name: string) =>
    `${count === 1 ? '1 whiteout hides' : `${count} whiteouts hide`} nothing, such as ${name}; left out.`,
  replaced: (count: number, name: string) =>
    `${count === 1 ? '1 name is' : `${count} names are`} both a file and a folder, such as ${name}; shown as a folder.`,
  root: (count: number, name: string) =>
    `${count === 1 ? '1 entry is' : `${count} entries are`} in the place of the root folder, such as ${name}; left out.`,
  'unknown-type': (count: number, name: string) =>
    `${count === 1 ? '1 entry is' : `${count} entries are`} of an unknown type, such as ${name}; left out.`,
  'not-looked-into': (count: number) =>
    `${count === 1 ? '1 program was' : `${count} programs were`} not read, only the layer’s table of contents; their machine is not known.`,
} as const;
export type Oddity = keyof typeof texts;

const shownNameBytes = 200;

/** Counts what was odd, with one example of each, so that a hostile archive can't make it long. */
export class Oddities {
  private readonly found = new Map<Oddity, { count: number; name: string }>();

  note(oddity: Oddity, name: Uint8Array): void {
    const known = this.found.get(oddity);
    if (known !== undefined) known.count += 1;
    else this.found.set(oddity, { count: 1, name: shown(name) });
  }

  /** A sentence for each. */
  warnings(): string[] {
    return [...this.found].map(([oddity, { count, name }]) => texts[oddity](count, name));
  }
}

function shown(name: Uint8Array): string {
  const text = Buffer.from(name.subarray(0, shownNameBytes)).toString('utf8');
  return JSON.stringify(name.length > shownNameBytes ? `${text}…` : text);
}

function names(count: number, one: string, many: string): string {
  return count === 1 ? `1 name ${one}` : `${count} names ${many}`;
}
