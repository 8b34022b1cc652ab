import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { verifyChecksum } from './checksum.mjs';
import { CommandFailed, findProgram, run } from './command.mjs';

const node = (script: string, options?: Parameters<typeof run>[2]) =>
  run(process.execPath, ['-e', script], options);

test('run gives the standard output and passes each line on', async () => {
  const lines: string[] = [];
  const output = await node('console.log("one"); console.error("two"); process.stdout.write("three\\n")', {
    onLine: (line) => lines.push(line),
  });
  expect(output).toBe('one\nthree\n');
  expect(lines.sort()).toEqual(['one', 'three', 'two']);
});

test('run fails with the exit code and the end of what was printed', async () => {
  const failure = await node('console.log("x".repeat(50)); console.error("the reason"); process.exit(3)', {
    keep: 20,
  }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CommandFailed);
  const { status, output } = failure as CommandFailed;
  expect(status).toBe(3);
  expect(output.length).toBeLessThanOrEqual(20);
});

test('a program that is not there is an error with its cause', async () => {
  const failure = await run('no-such-program-here', []).catch((error: unknown) => error);
  expect((failure as Error).message).toBe("no-such-program-here couldn't be run");
  expect((failure as Error).cause).toMatchObject({ code: 'ENOENT' });
});

test('findProgram looks through PATH', () => {
  expect(findProgram('node')).toMatch(/node(\.exe)?$/);
  expect(findProgram('no-such-program-here')).toBeUndefined();
});

test('a file with another checksum than the pinned one is refused', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'manifold-checksum-test-'));
  try {
    const file = path.join(folder, 'download.tgz');
    await writeFile(file, 'content');
    const sha256 = createHash('sha256').update('content').digest('hex');
    await verifyChecksum(file, sha256);
    await writeFile(file, 'contents');
    await expect(verifyChecksum(file, sha256)).rejects.toThrow(/download\.tgz isn't the pinned one/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
