import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askDocker } from '../../../e2e/engine/dockerApi';
import { startDockerEngine, type DockerEngine } from '../../../e2e/engine/dockerEngine';
import { registriesOf } from '../../../e2e/engine/engine';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { projectFolder, type ProjectFolder } from '../../../e2e/fixtures/project';
import type { ImageRun, ImageRunItem } from '../../../shared/contract';
import { parseReference } from '../../../shared/model/reference';
import { testEngine } from '../../testing/engine';
import { never, testBuilds, type TestBuilds } from '../../testing/testBuilds';
import { RegistryClient } from '../registry/registryClient';
import { openRegistryImage } from '../registry/registryImage';
import { KeptImages } from '../sources/imageOpener';
import { openArchive } from '../sources/openArchive';
import { ImageRunner } from './imageRunner';

const dockerfile = `FROM busybox
ARG TARGETARCH
RUN echo made for $TARGETARCH > /made
CMD ["sh", "-c", "cat /made; echo oh >&2; exit 3"]
`;
const platforms = ['linux/amd64', 'linux/arm64'];
const name = `${testEngine().registryHost}/run/hello:1`;

let current: DockerEngine;
let old: DockerEngine;
let folder: string;
let project: ProjectFolder;
let core: TestBuilds;
let archive: string;
let opener: KeptImages;

beforeAll(async () => {
  const registries = registriesOf(currentEngine());
  folder = await mkdtemp(join(tmpdir(), 'manifold-run-'));
  project = await projectFolder({ 'hello.txt': 'hello' });
  core = await testBuilds(testEngine().buildkitAddress, project.path);
  archive = join(folder, 'hello.tar');
  const [pushed, written] = [
    await core.run(dockerfile, { platforms, tags: [name], output: { type: 'push' } }),
    await core.run(dockerfile, { platforms, output: { type: 'oci', path: archive } }),
  ];
  expect([pushed.status, written.status]).toEqual(['succeeded', 'succeeded']);
  [current, old] = await Promise.all([
    startDockerEngine({ version: 'current', containerdStore: true, ...registries }),
    startDockerEngine({ version: 'old', ...registries }),
  ]);
  const client = new RegistryClient({ credentials: { credentials: async () => undefined } });
  opener = new KeptImages(
    async (source, signal) => {
      if (source.kind === 'registry') {
        expect(parseReference(source.reference).ok).toBe(true);
        return { image: await openRegistryImage({ client }, source.reference, signal) };
      }
      if (source.kind === 'archive') return openArchive({ source, ...source }, folder, signal);
      throw new Error(source.kind);
    },
    (error) => {
      throw error;
    },
  );
}, 400_000);
afterAll(async () => {
  await opener.close();
  await core.dispose();
  await Promise.all([current.stop(), old.stop(), project.remove()]);
  await rm(folder, { recursive: true });
});

function runnerOn(engine: DockerEngine): ImageRunner {
  return new ImageRunner({
    opener,
    env: { DOCKER_HOST: engine.host, DOCKER_CONFIG: folder },
    login: async () => undefined,
    spoolFolder: join(folder, 'spool'),
    logger: pino({ level: 'silent' }),
  });
}

async function outcomeOf(items: AsyncIterable<ImageRunItem>) {
  const printed = { stdout: '', stderr: '' };
  const said: string[] = [];
  for await (const item of items) {
    if (item.type === 'activity') said.push(item.text);
    else if (item.type === 'output') printed[item.stream] += Buffer.from(item.bytes).toString('utf8');
    else return { ...printed, said, exitCode: item.exitCode };
  }
  throw new Error('It did not end.');
}

const run = (engine: DockerEngine, request: Partial<ImageRun>) =>
  outcomeOf(
    runnerOn(engine).run(
      { source: { kind: 'archive', path: archive }, platform: 'linux/amd64', command: [], ...request },
      never,
    ),
  );

async function leftOn(engine: DockerEngine): Promise<{ containers: number; images: string[] }> {
  const ask = async (what: string): Promise<unknown> =>
    JSON.parse(await askDocker(engine.socketPath, `GET ${what}`));
  const containers = (await ask('/containers/json?all=1')) as unknown[];
  const images = (await ask('/images/json')) as { RepoTags: string[] | null }[];
  return {
    containers: containers.length,
    images: images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.includes('manifold-run')),
  };
}

describe.each([
  ['with the containerd image store', () => current],
  ['with the classic store (20.10)', () => old],
])('an engine %s', (_title, engineOf) => {
  it('pulls a platform of an image from its registry and shows what its command prints', async () => {
    const outcome = await run(engineOf(), { source: { kind: 'registry', reference: name } });
    expect(outcome).toMatchObject({ stdout: 'made for amd64\n', stderr: 'oh\n', exitCode: 3 });
    expect(outcome.said.some((text) => text.startsWith('pulling'))).toBe(true);
    expect(await leftOn(engineOf())).toEqual({ containers: 0, images: [] });
  });

  it('is given an image out of an archive, and keeps nothing of it', async () => {
    expect(await run(engineOf(), {})).toMatchObject({ stdout: 'made for amd64\n', exitCode: 3 });
    expect(await run(engineOf(), { platform: 'linux/arm64' })).toMatchObject({ stdout: 'made for arm64\n' });
    expect(await leftOn(engineOf())).toEqual({ containers: 0, images: [] });
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('runs another command, and says why one can’t be run', async () => {
    expect(await run(engineOf(), { command: ['echo', 'a b'] })).toMatchObject({
      stdout: 'a b\n',
      exitCode: 0,
    });
    await expect(run(engineOf(), { command: ['/no/such'] })).rejects.toMatchObject({
      message: expect.stringContaining('/no/such'),
    });
    expect(await leftOn(engineOf())).toEqual({ containers: 0, images: [] });
  });

  it('kills the container when nobody wants to see more', async () => {
    const command = ['sh', '-c', 'while true; do echo on; sleep 0.1; done'];
    const items = runnerOn(engineOf()).run(
      { source: { kind: 'archive', path: archive }, platform: 'linux/amd64', command },
      never,
    );
    for await (const item of items) if (item.type === 'output') break;
    expect(await leftOn(engineOf())).toEqual({ containers: 0, images: [] });
  });
});

it('runs what the engine has already', async () => {
  await promisify(execFile)(join(current.programs, 'docker'), ['pull', name]);
  const outcome = await run(current, { source: { kind: 'engine', reference: name } });
  expect(outcome).toMatchObject({ stdout: 'made for amd64\n', exitCode: 3 });
});

it('says which platforms there are not', async () => {
  await expect(run(current, { platform: 'linux/s390x' })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('linux/s390x'),
  });
});
