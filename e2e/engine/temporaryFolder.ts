import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAlive } from '../../scripts/setup/processGroup.mjs';

const PREFIX = 'manifold-test-';

/**
 * Makes a folder whose name carries this process's id, and removes those of processes that were killed before
 * they could tidy up.
 * @param purpose becomes part of the name, e.g. `engine`
 */
export async function temporaryFolder(purpose: string): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    await rm(path.join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtemp(path.join(tmpdir(), `${PREFIX}${process.pid}-${purpose}-`));
}
