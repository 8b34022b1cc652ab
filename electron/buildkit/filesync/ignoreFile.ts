import { cleanPath, trimSpace } from './goText';

/**
 * The patterns of a .dockerignore, as moby reads it: lines that begin with `#` and blank ones are left out, paths are
 * cleaned and taken from the context's root, `!` stays in front.
 */
export function parseIgnoreFile(text: string): string[] {
  const lines = (text.startsWith('\uFEFF') ? text.slice(1) : text).split(/\r?\n/);
  return lines.flatMap((line) => {
    if (line.startsWith('#')) return [];
    const trimmed = trimSpace(line);
    if (trimmed === '') return [];
    const negated = trimmed.startsWith('!');
    const path = negated ? trimSpace(trimmed.slice(1)) : trimmed;
    const cleaned = path === '' ? '' : cleanPath(path);
    const relative = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
    return [negated ? `!${relative}` : relative];
  });
}
