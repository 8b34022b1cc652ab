import type { LanguageDocument } from './document';
import { fieldsOf, unquoted } from './words';

/** The images that a Dockerfile names: bases and sources of files, those with variables left out, each once. */
export function imagesIn({ instructions, stages }: LanguageDocument): string[] {
  const names = new Set(stages.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const found = new Set<string>();
  const add = (reference: string | undefined): void => {
    if (!reference || reference === 'scratch' || /[$\s]/.test(reference)) return;
    if (!names.has(reference.toLowerCase()) && !/^\d+$/.test(reference)) found.add(reference);
  };
  for (const { base } of stages) add(base);
  for (const { words: outer } of instructions) {
    const { keyword, flags } = outer.inner ?? outer;
    for (const { name, value } of flags) {
      if (value === undefined) continue;
      if (keyword === 'COPY' && name === 'from') add(unquoted(value).text);
      if (keyword !== 'RUN' || name !== 'mount') continue;
      add(fieldsOf(value).findLast(({ key }) => key.text.toLowerCase() === 'from')?.value?.text);
    }
  }
  return [...found];
}
