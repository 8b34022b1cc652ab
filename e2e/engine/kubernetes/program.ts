import { createHash } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cached } from '../../../scripts/setup/cacheFolder.mjs';
import { findProgram, run } from '../../../scripts/setup/command.mjs';
import { step } from '../../../scripts/setup/output.mjs';

const SOURCE = path.join(import.meta.dirname, 'program');
const SOURCE_FILES = ['main.go', 'controllers.go', 'node.go', 'go.mod', 'go.sum'];
const PROGRAM = 'kubernetes';

/**
 * The program that is a Kubernetes cluster (see `program/main.go`), compiled on first use: that takes about five minutes
 * of both cores. The versions are go.mod's, and go.sum says what their content has to be.
 * @throws Error without a Go toolchain, or when a module isn't the pinned one
 */
export function ensureKubernetes(): Promise<string> {
  return step('Kubernetes', async (progress) => {
    const hash = createHash('sha256');
    for (const name of SOURCE_FILES) hash.update(await readFile(path.join(SOURCE, name)));
    const name = path.join('go', `kubernetes-${hash.digest('hex').slice(0, 16)}`);
    const { folder, made } = await cached(
      name,
      (unfinished) => compile(unfinished, progress),
      () => progress('another set-up is compiling it'),
    );
    return { summary: made ? 'compiled' : 'compiled before', value: path.join(folder, PROGRAM) };
  });
}

async function compile(folder: string, progress: (doing: string) => void): Promise<void> {
  const go = findProgram('go');
  if (go === undefined)
    throw new Error('Kubernetes has to be compiled and there is no Go here: install Go 1.24 or newer');
  const source = path.join(folder, 'source');
  await cp(SOURCE, source, { recursive: true });
  let fetched = 0;
  progress('compiling it');
  await run(
    go,
    [
      ...['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w'],
      ...['-o', path.join(folder, PROGRAM), '.'],
    ],
    {
      cwd: source,
      env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
      onLine(line) {
        if (line.startsWith('go: downloading ')) progress(`compiling it (${++fetched} modules fetched)`);
      },
    },
  );
}
