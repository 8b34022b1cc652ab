import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEmulators } from './emulators';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-binfmt-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entry = (magic: string, { enabled = true, interpreter = '/usr/bin/qemu' } = {}): string =>
  `${enabled ? 'enabled' : 'disabled'}\ninterpreter ${interpreter}\nflags: PF\noffset 0\nmagic ${magic}\n`;
const register = (name: string, text: string) => writeFile(join(folder, name), text);

it('knows emulators by the machine in the magic, not by their names', async () => {
  await register('status', 'enabled\n');
  await register('emu-a', entry('7f454c460201010000000000000000000200b700', { interpreter: '/q/aarch64' }));
  await register('emu-b', entry('7f454c4601010100000000000000000002002800'));
  await register('emu-c', entry('7f454c4602020100000000000000000000020016'));
  await register('emu-d', entry('7f454c460201010000000000000000000200f300', { enabled: false }));
  await register('python3', entry('6f0d0d0a'));
  const emulatorOf = await readEmulators(folder);
  expect(emulatorOf('linux/arm64')).toBe('emu-a (/q/aarch64)');
  expect(emulatorOf('linux/arm/v7')).toBe('emu-b (/usr/bin/qemu)');
  expect(emulatorOf('linux/arm/v6')).toBe('emu-b (/usr/bin/qemu)');
  expect(emulatorOf('linux/s390x')).toBe('emu-c (/usr/bin/qemu)');
  for (const unknown of ['linux/riscv64', 'linux/amd64', 'windows/arm64', 'nonsense/', '']) {
    expect(emulatorOf(unknown)).toBeUndefined();
  }
});

it('knows nothing where there is nothing to read', async () => {
  expect((await readEmulators(join(folder, 'gone')))('linux/arm64')).toBeUndefined();
});

it('takes any text for an entry', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.uint8Array(), async (text, bytes) => {
      const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46, ...bytes]).toString('hex');
      await register('odd', `${text}\n${entry(magic)}`);
      (await readEmulators(folder))('linux/arm64');
    }),
    { numRuns: 50 },
  );
});
