import { createHash } from 'node:crypto';
import { z } from 'zod';

const currentSchema = z.looseObject({
  Key: z.string().default(''),
  Name: z.string().default(''),
  Global: z.boolean().default(false),
});

/** The content of the file `current`: the builder in use, and for which Docker endpoint (buildx store/store.go). */
export type CurrentFile = z.infer<typeof currentSchema>;

/** @throws SyntaxError or ZodError when the text is not what buildx writes */
export function parseCurrent(text: string): CurrentFile {
  return currentSchema.parse(JSON.parse(text));
}

/** The name of the file in `defaults` that holds the default builder of a Docker endpoint. */
export function defaultsFileName(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('hex').slice(0, 20);
}

/**
 * The builder in use at a Docker endpoint: the one chosen for all endpoints, else the one chosen for this one, else its
 * default (buildx store/store.go, Current).
 *
 * @param find the stored builder of that name, if there is one
 */
export function currentBuilder(
  endpoint: string,
  current: CurrentFile | undefined,
  fallback: string | undefined,
  find: (name: string) => string | undefined,
): string | undefined {
  if (current?.Global) {
    const name = find(current.Name);
    if (name !== undefined) return name;
  }
  if (current !== undefined && current.Name !== '' && current.Key === endpoint) return find(current.Name);
  return fallback === undefined ? undefined : find(fallback);
}
