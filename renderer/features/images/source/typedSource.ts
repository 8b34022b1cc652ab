import type { ImageSource } from '../../../../shared/contract';
import { parseReference } from '../../../../shared/model/reference';
import type { Result } from '../../../../shared/model/result';
import { coreText } from '../../../locales/core';

/** The registry image that a typed text names, or why it names none. `docker://` in front is taken as skopeo does. */
export function typedSource(text: string): Result<ImageSource, string> {
  const reference = text.trim().replace(/^docker:\/\//, '');
  const parsed = parseReference(reference);
  return parsed.ok
    ? { ok: true, value: { kind: 'registry', reference } }
    : { ok: false, error: coreText(parsed.error.message) };
}

/** The repository that a tag is being typed for, and what of the tag there is; undefined before its colon. */
export function repositoryOfTag(text: string): { repository: string; tag: string } | undefined {
  const match = /^(.*[^/:@\s]):([\w.-]*)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, repository = '', tag = ''] = match;
  // `host:5000` on its own is a registry, not a repository.
  return parseReference(repository).ok ? { repository, tag } : undefined;
}
