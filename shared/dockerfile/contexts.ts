import { familiarName, parseReference } from '../model/reference';

/**
 * The named build contexts of a build (`--build-context NAME=VALUE`), found as BuildKit's frontend finds them
 * (frontend/dockerui, `NamedContext`): names are compared as image names in their short form, without `:latest`.
 * `scratch` and `context` are never replaced.
 */
export class BuildContexts {
  readonly #values = new Map<string, string>();

  /** @param values name -> value; names that are no image names are left out, as no build can have them */
  constructor(values: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(values)) {
      const short = shortName(name);
      if (short !== undefined) this.#values.set(short, value);
    }
  }

  /** The context that stands in for a stage or image of that name, if there is one. */
  nameFor(reference: string): string | undefined {
    if (this.#values.size === 0 || /^(?:scratch|context)$/i.test(reference)) return undefined;
    const short = shortName(reference);
    return short !== undefined && this.#values.has(short) ? short : undefined;
  }

  valueOf(name: string): string {
    return this.#values.get(name) ?? '';
  }
}

function shortName(text: string): string | undefined {
  const reference = parseReference(text.trim());
  return reference.ok ? familiarName(reference.value).replace(/:latest$/, '') : undefined;
}
