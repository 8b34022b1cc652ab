import type { ImageSource, NewIndex } from '../../../../shared/contract';

/** An image that the new index takes platforms from. */
export interface IndexPart {
  source: ImageSource;
  name: string;
  /** All that it has, and those that are taken. */
  platforms: readonly string[];
  chosen: readonly string[];
}

/** What is typed and ticked in the dialog "Create tag or index". */
export interface IndexForm {
  /** One a line. */
  tags: string;
  parts: readonly IndexPart[];
  append: boolean;
  preferManifest: boolean;
  annotations: readonly { name: string; value: string }[];
  /** `platform` is empty for all of them. */
  platformAnnotations: readonly { platform: string; name: string; value: string }[];
}

/** Why nothing can be made of a form. */
export type FormProblem = 'no-tag' | 'no-part';

/**
 * The request that a form stands for. An image of which everything is taken is taken whole, so that what is in it for no
 * platform comes along.
 */
export function newIndexOf(form: IndexForm): { request: NewIndex } | { problem: FormProblem } {
  const tags = form.tags
    .split(/[\s,]+/)
    .map((tag) => tag.trim())
    .filter(Boolean);
  if (tags.length === 0) return { problem: 'no-tag' };
  const parts = form.parts
    .filter(({ platforms, chosen }) => platforms.length === 0 || chosen.length > 0)
    .map(({ source, platforms, chosen }) =>
      chosen.length === platforms.length ? { source } : { source, platforms: [...chosen] },
    );
  if (parts.length === 0) return { problem: 'no-part' };
  return {
    request: {
      tags,
      parts,
      append: form.append,
      preferManifest: form.preferManifest,
      annotations: Object.fromEntries(form.annotations.map(({ name, value }) => [name, value])),
      descriptorAnnotations: form.platformAnnotations.map(({ platform, name, value }) => ({
        ...(platform === '' ? {} : { platform }),
        key: name,
        value,
      })),
    },
  };
}
