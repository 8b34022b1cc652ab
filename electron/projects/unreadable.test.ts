import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../testing/withoutRights.ts', import.meta.url));

it('tells that a project folder can’t be read, by name and with a way out', async () => {
  const above = await mkdtemp(join(tmpdir(), 'manifold-unreadable-'));
  await chmod(above, 0o755);
  const folder = join(above, 'project');
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
  await chmod(folder, 0);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, folder]);
    const { open, read, check } = JSON.parse(stdout) as Record<'open' | 'read' | 'check', unknown>;
    const denied = (path: string): object => ({
      name: 'StudioError',
      code: 'permission-denied',
      message: expect.stringContaining(path) as string,
      hint: expect.stringContaining('permissions') as string,
    });
    expect(open).toMatchObject(denied(folder));
    expect(read).toMatchObject(denied(join(folder, 'Dockerfile')));
    expect(check).toEqual([
      expect.objectContaining({
        severity: 'error',
        field: 'project',
        message: `The folder ${folder} can’t be read.`,
      }),
      expect.objectContaining({
        severity: 'error',
        field: 'output',
        message: `Nothing can be written to ${folder}.`,
      }),
    ]);
  } finally {
    await chmod(folder, 0o700);
    await rm(above, { recursive: true });
  }
});
