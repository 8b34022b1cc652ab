import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askDocker } from '../../../e2e/engine/dockerApi';
import { startDockerEngine, type DockerEngine } from '../../../e2e/engine/dockerEngine';
import { registriesOf } from '../../../e2e/engine/engine';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import type { StudioError } from '../../../shared/contract';
import { describeDriver } from './conformance';
import { createDockerContainerDriver } from './dockerContainer';
import { createRemoteDriver } from './remote';

const never = new AbortController().signal;
const container = 'buildx_buildkit_there';
let docker: DockerEngine;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-remote-container-'));
  docker = await startDockerEngine({ version: 'current', ...registriesOf(currentEngine()) });
  env = { PATH: process.env['PATH'] ?? '', HOME: folder, DOCKER_CONFIG: join(folder, 'docker') };
  await addContext('far', docker.host);
  const driver = createDockerContainerDriver({ stateFolder: folder, cacheFolder: folder, env });
  const node = driver.create({
    ...{ builder: 'there', node: 'there', endpoint: docker.host, flags: [], files: new Map() },
    options: driver.optionsSchema.parse({ network: 'host' }),
  });
  await node.boot(() => undefined, never);
  // The first engine of a machine is a whole Debian.
}, 900_000);
afterAll(async () => {
  await docker.stop();
  await rm(folder, { recursive: true });
});

/** Makes a Docker context as `docker context create` does. */
async function addContext(name: string, host: string): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex');
  const place = join(env['DOCKER_CONFIG']!, 'contexts', 'meta', id);
  await mkdir(place, { recursive: true });
  const endpoint = { Host: host, SkipTLSVerify: false };
  await writeFile(
    join(place, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }),
  );
}

async function failureOf(endpoint: string): Promise<StudioError> {
  const driver = createRemoteDriver({ env });
  const node = driver.create({
    ...{ builder: 'b', node: 'n', endpoint, flags: [], files: new Map() },
    options: driver.optionsSchema.parse({}),
  });
  const error = await node.dial().then(
    () => new Error('It was dialled.'),
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ hint: expect.stringMatching(/\.$/) as string });
  return error as StudioError;
}

describeDriver('remote in a container of a Docker context', async () => ({
  driver: createRemoteDriver({ env }),
  endpoint: `docker-container://${container}?context=far`,
  options: {},
  dispose: () => Promise.resolve(),
}));
describeDriver('remote in a container of the engine in use', async () => ({
  driver: createRemoteDriver({ env: { ...env, DOCKER_HOST: docker.host } }),
  endpoint: `docker-container://${container}`,
  options: {},
  dispose: () => Promise.resolve(),
}));

it('says what is wrong', async () => {
  expect((await failureOf('docker-container://gone?context=far')).message).toMatch(/no such container/i);
  expect((await failureOf(`docker-container://${container}?context=nowhere`)).message).toContain('nowhere');
  const create = { Image: 'busybox', Cmd: ['sleep', '600'] };
  await askDocker(docker.socketPath, 'POST /images/create?fromImage=busybox&tag=latest');
  await askDocker(docker.socketPath, 'POST /containers/create?name=bare', { json: create });
  await askDocker(docker.socketPath, 'POST /containers/bare/start');
  expect((await failureOf('docker-container://bare?context=far')).message).toContain('there is no buildctl');
  await askDocker(docker.socketPath, `POST /containers/${container}/stop?t=0`);
  expect((await failureOf(`docker-container://${container}?context=far`)).message).toContain('not running');
});
