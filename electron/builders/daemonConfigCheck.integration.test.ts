import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testEngine } from '../testing/engine';
import { checkDaemonConfig } from './daemonConfigCheck';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Starts the real buildkitd on a configuration, without a worker, so that it always ends: with "no worker found" once
 * it has taken the configuration over, else with what is wrong in it.
 */
async function refusalOf(config: string): Promise<string | undefined> {
  const file = join(folder, 'buildkitd.toml');
  await writeFile(file, config);
  const args = ['--config', file, '--root', join(folder, 'root'), '--addr', `unix://${join(folder, 's')}`];
  const noWorkers = ['--oci-worker=false', '--containerd-worker=false'];
  const run = promisify(execFile)(testEngine().buildkitd, [...args, ...noWorkers], { timeout: 20_000 });
  const { stderr } = await run.then(
    () => expect.fail('buildkitd runs without a worker'),
    (error: { stderr: string }) => error,
  );
  const message = stderr.split('\n').find((line) => line.startsWith('buildkitd: ')) ?? expect.fail(stderr);
  return message.includes('no worker found') ? undefined : message;
}

it.each([
  'debug = true',
  'ROOT = "/nowhere"\n[Worker.OCI]\nGC = true',
  '[worker.oci]\nreservedSpace = "1.5GiB"\nmaxUsedSpace = "20 gb"\nminFreeSpace = "10%"\ngckeepstorage = 512',
  '[worker.oci]\nreservedSpace = 1.5',
  '[worker.oci]\nreservedSpace = ".5gb"\nmaxUsedSpace = "5kb"\nminFreeSpace = "-5%"',
  '[history]\nmaxAge = 172800',
  '[history]\nmaxAge = "1h30m"',
  '[ghacache.sign]\ncmd = ""',
  'debug = "yes"',
  'root = "a"\nroot = "b"',
  '[history]\nmaxAge = 172_800',
  '[history]\nmaxAge = "1_000"',
  '[history]\nmaxAge = "two days"',
  '[worker.oci]\nreservedSpace = "10.5%"',
  '[worker.oci]\nreservedSpace = "-5"',
  '[worker.oci]\nreservedSpace = "5xb"',
  '[worker.oci]\nreservedSpace = true',
  '[worker.oci]\ngcpolicy = 1',
  '[worker.oci.labels]\na = 1',
  '[worker]\noci = 1979-05-27',
  '[grpc]\nuid = 1.5',
  '[grpc]\naddress = "tcp://x"',
  '[registry."a.example"]\nhttp = 1',
  '[log]\nlevel = "loud"',
  '[log]\nlevel = "WARN"',
  '[log]\nformat = "xml"',
])('is as strict as buildkitd itself: %s', async (config) => {
  const isRefused = checkDaemonConfig(config).some(({ severity }) => severity === 'error');
  const refusal = await refusalOf(config);
  expect(refusal !== undefined, refusal ?? 'buildkitd takes it').toBe(isRefused);
});
