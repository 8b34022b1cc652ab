import { resolve } from 'node:path';

/** Where the files of a named build context come from. */
export type NamedContext =
  /** Something the daemon fetches by itself: an image, a stage of the Dockerfile, a git repository or an archive. */
  | { kind: 'remote'; source: string }
  /** A folder on this machine, absolute. */
  | { kind: 'folder'; path: string }
  | { kind: 'unsupported'; reason: string };

/** Reads the value of a named context as buildx does (build/opt.go, `loadInputs`); paths are relative to the project. */
export function parseNamedContext(value: string, project: string): NamedContext {
  if (value.startsWith('oci-layout://')) {
    return { kind: 'unsupported', reason: 'An OCI layout as a build context is not available yet.' };
  }
  if (/^(?:docker-image:\/\/|target:)/.test(value) || isRemoteUrl(value))
    return { kind: 'remote', source: value };
  return { kind: 'folder', path: resolve(project, value) };
}

function isRemoteUrl(value: string): boolean {
  return (
    /^(?:https?|git|ssh):\/\//.test(value) || /^git@[^/]+:/.test(value) || value.startsWith('github.com/')
  );
}
