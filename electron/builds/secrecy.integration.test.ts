import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectFolder, type ProjectFolder } from '../../e2e/fixtures/project';
import { DockerConfigCredentials } from '../images/credentials/dockerConfig';
import { openLogger } from '../system/logger';
import { testEngine } from '../testing/engine';
import { testBuilds } from '../testing/testBuilds';

let project: ProjectFolder;
/** What is not Manifold's: secrets and logins. */
let elsewhere: string;

beforeEach(async () => {
  project = await projectFolder({ 'hello.txt': 'hello' });
  elsewhere = await mkdtemp(join(tmpdir(), 'manifold-secrets-'));
});
afterEach(async () => {
  await project.remove();
  await rm(elsewhere, { recursive: true, force: true });
});

/** Files below `folder` that hold one of the texts. */
async function holders(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    if (texts.some((text) => content.includes(text))) found.push(path);
  }
  return found;
}

function encodings(secret: string): string[] {
  return [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)];
}

async function writtenLog(folder: string): Promise<string> {
  return readFile(join(folder, 'logs', 'manifold.log'), 'utf8');
}

it('writes no build secret anywhere, whether the build succeeds or fails', async () => {
  const fromFile = `file-${randomUUID()}`;
  const fromEnv = `env-${randomUUID()}`;
  const folder = await mkdtemp(join(tmpdir(), 'manifold-data-'));
  const logger = openLogger(join(folder, 'logs'));
  logger.level = 'trace';
  const secretFile = join(elsewhere, 'secret');
  await writeFile(secretFile, fromFile);
  const core = await testBuilds(testEngine().buildkitAddress, project.path, undefined, {
    folder,
    logger,
    env: { MY_SECRET: fromEnv },
  });
  const secrets = [
    { id: 'one', source: { type: 'file' as const, path: secretFile } },
    { id: 'two', source: { type: 'env' as const, name: 'MY_SECRET' } },
  ];
  const uses = `RUN --mount=type=secret,id=one --mount=type=secret,id=two,env=TWO : ${randomUUID()}; test "$(cat /run/secrets/one)" = "$(cat /run/secrets/one)" && test -n "$TWO" && wc -c /run/secrets/one`;
  expect((await core.run(`FROM busybox\n${uses}\n`, { secrets })).status).toBe('succeeded');
  expect((await core.run(`FROM busybox\n${uses}; exit 3\n`, { secrets })).error?.code).toBe('step-failed');
  await core.builds.shutdown();
  logger.flush();
  expect(await holders(folder, [...encodings(fromFile), ...encodings(fromEnv)])).toEqual([]);
  expect(await holders(folder, ['MY_SECRET'])).not.toEqual([]);
  await core.dispose();
});

it.each([true, false])('writes no registry password anywhere; the login is right: %s', async (right) => {
  const { host, username, password } = testEngine().authRegistry;
  const given = right ? password : `wrong-${randomUUID()}`;
  const auth = Buffer.from(`${username}:${given}`).toString('base64');
  await writeFile(join(elsewhere, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  const folder = await mkdtemp(join(tmpdir(), 'manifold-data-'));
  const logger = openLogger(join(folder, 'logs'));
  logger.level = 'trace';
  const credentials = new DockerConfigCredentials({ folder: elsewhere });
  const core = await testBuilds(testEngine().buildkitAddress, project.path, credentials, { folder, logger });
  const { status, error } = await core.run('FROM scratch\nCOPY hello.txt /\n', {
    tags: [`${host}/secrecy/app:1`],
    output: { type: 'push' },
  });
  expect(status).toBe(right ? 'succeeded' : 'failed');
  if (!right) expect(error?.code).toBe('registry-denied');
  logger.info('checked');
  await core.builds.shutdown();
  logger.flush();
  await expect.poll(() => writtenLog(folder)).toContain('checked');
  expect(await holders(folder, [given, auth, auth.replace(/=+$/, '')])).toEqual([]);
  await core.dispose();
});
