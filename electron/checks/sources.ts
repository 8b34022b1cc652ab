import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildRequest } from '../../shared/contract';
import { dockerfileContext, type BuildPlan } from '../builds/plan';
import { dockerfileSource } from '../builds/sessionServices';
import { createAuthService, type CredentialProvider, type SessionService } from '../buildkit';
import { createContextService, type ContextSource, type FileWorkers } from '../buildkit/filesync';

export interface CheckSourcesOptions {
  request: BuildRequest;
  folders: BuildPlan['folders'];
  workers: FileWorkers;
  /** Registry logins, for base images that are not public. */
  credentials: CredentialProvider;
}

/**
 * What the daemon may read for a check: the text on screen, and of each folder its `.dockerignore` alone. Nobody asked
 * for a build, so nothing else leaves this machine.
 */
export async function checkSources(options: CheckSourcesOptions): Promise<SessionService[]> {
  const { request, folders, workers, credentials } = options;
  const contexts = new Map<string, ContextSource>([[dockerfileContext, await dockerfileSource(request)]]);
  for (const [name, path] of folders) contexts.set(name, await ignoreFileOf(path));
  return [createContextService(contexts, { workers }), createAuthService({ credentials })];
}

const ignoreFile = '.dockerignore';

async function ignoreFileOf(folder: string): Promise<ContextSource> {
  const files = new Map<string, Uint8Array>();
  try {
    files.set(ignoreFile, await readFile(join(folder, ignoreFile)));
  } catch (error) {
    // No folder, no file, or no right to read it: then there is nothing that a check could know of it.
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
  }
  return { kind: 'files', files };
}
