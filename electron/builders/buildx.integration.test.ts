import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureBinaries } from '../../e2e/engine/binaries';
import { startBuildkitd } from '../../e2e/engine/buildkitd';
import { createFileWorkers } from '../buildkit/filesync';
import { launchSourceWorker } from '../testing/workers';
import { defaultBuildSettings } from '../../shared/contract';
import { Builds } from '../builds';
import { testEngine } from '../testing/engine';
import { noEngine } from '../testing/noEngine';
import { Builders } from './builders';
import { openBuildxStore } from './buildxStore/buildxStore';
import { createDrivers } from './drivers';
import { timeLimit } from '../system/timeLimit';

const logger = pino({ level: 'silent' });
const never = new AbortController().signal;
let program: string;
let folder: string;
let env: Record<string, string>;
let builders: Builders;

beforeAll(async () => {
  program = (await ensureBinaries({ buildx: true })).buildx!;
  // Compiled on first use.
}, 900_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-buildx-'));
  env = { BUILDX_CONFIG: join(folder, 'buildx'), DOCKER_CONFIG: join(folder, 'docker') };
  await mkdir(join(folder, 'project'));
  await writeFile(join(folder, 'project', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
  builders = await Builders.open({
    ...noEngine,
    store: openBuildxStore({ env, ownChoiceFile: join(folder, 'own-choice.json'), onCorrupt: fail, logger }),
    drivers: createDrivers({ stateFolder: folder, env: {}, cacheFolder: folder }),
    env: {},
    logger,
  });
});
afterEach(async () => {
  await builders.close({ keepDaemons: false });
  await rm(folder, { recursive: true, force: true });
});

function fail(): never {
  throw new Error('A file of the store was damaged.');
}

/** Runs the real buildx on the same store and returns what it printed. */
async function buildx(...args: string[]): Promise<string> {
  const {
    BUILDX_BUILDER: _builder,
    DOCKER_HOST: _host,
    DOCKER_CONTEXT: _context,
    ...inherited
  } = process.env;
  const { stdout } = await promisify(execFile)(program, args, { env: { ...inherited, ...env } });
  return stdout;
}

/** Resolves when the list of builders is as wanted; fails when that takes longer than a second. */
async function within1s(wanted: () => boolean): Promise<void> {
  const deadline = timeLimit(1000);
  for await (const _list of builders.watch(deadline)) if (wanted()) return;
  throw new Error(`not within a second: ${JSON.stringify(builders.list().map(({ name }) => name))}`);
}

const currentName = (): string | undefined => builders.list().find(({ current }) => current)?.name;
const create = (name: string) =>
  builders.create({ name, driver: 'remote', node: { endpoint: testEngine().buildkitAddress } });
const address = (): string => testEngine().buildkitAddress;

describe('one store with the real buildx', () => {
  it('a builder made by buildx appears within a second and builds here', async () => {
    await buildx('create', '--name', 'Theirs', '--driver', 'remote', address());
    await within1s(() => builders.get('Theirs') !== undefined);
    expect(builders.get('Theirs')).toMatchObject({
      driver: 'remote',
      canRemove: true,
      nodes: [{ name: 'theirs0', endpoint: address() }],
    });
    await builders.refresh('Theirs');
    expect(builders.get('Theirs')?.nodes[0]?.status).toBe('running');

    const activity = join(env['BUILDX_CONFIG']!, 'activity', 'Theirs');
    await writeFile(activity, '2000-01-01T00:00:00Z');
    expect(await buildHere('Theirs')).toBe('succeeded');
    expect(await readFile(activity, 'utf8')).not.toContain('2000');
  });

  it('a builder made here is listed, inspected and built with by buildx', async () => {
    await create('Mine');
    expect(await buildx('ls')).toMatch(/^Mine\s+remote/m);
    const seen = await buildx('inspect', 'Mine');
    expect(seen).toMatch(/^Name:\s+mine0$/m);
    expect(seen).toContain(address());
    expect(seen).toMatch(/^Status:\s+running$/m);
    const output = join(folder, 'output');
    await buildx('build', '--builder', 'mine', '-o', output, join(folder, 'project'));
    expect(await readFile(join(output, 'Dockerfile'), 'utf8')).toContain('FROM scratch');
  });

  it('a builder with mutual TLS works both ways', async () => {
    const daemon = await startBuildkitd({ tcp: 'mutual-tls' });
    try {
      const { ca, client } = daemon.certificates!;
      const options = { cacert: ca, cert: client.cert, key: client.key };
      await builders.create({ name: 'mine', driver: 'remote', node: { endpoint: daemon.address, options } });
      expect(await buildx('inspect', 'mine')).toMatch(/^Status:\s+running$/m);
      const given = `cacert=${ca},cert=${client.cert},key=${client.key}`;
      await buildx('create', '--name', 'theirs', '--driver', 'remote', '--driver-opt', given, daemon.address);
      await within1s(() => builders.get('theirs') !== undefined);
      await builders.refresh('theirs');
      expect(builders.get('theirs')?.nodes[0]).toMatchObject({ status: 'running' });
      const read = async (name: string): Promise<string> =>
        (await readFile(join(env['BUILDX_CONFIG']!, 'instances', name), 'utf8')).replaceAll(name, 'NAME');
      expect(JSON.parse(await read('mine'))).toEqual(JSON.parse(await read('theirs')));
    } finally {
      await daemon.stop();
    }
  });

  it('removing is noticed both ways', async () => {
    await create('one');
    await create('two');
    await buildx('rm', 'one');
    await within1s(() => builders.get('one') === undefined);
    await builders.remove('two', { keepState: false }, never);
    expect(await buildx('ls')).not.toContain('two');
  });

  it('the builder in use is the same both ways', async () => {
    await create('one');
    await create('two');
    await builders.use('one');
    expect(await buildx('ls')).toMatch(/^one\*/m);
    await buildx('use', 'two');
    await within1s(() => currentName() === 'two');
    await builders.use('local');
    expect(currentName()).toBe('local');
    expect(await buildx('ls')).toMatch(/^two\*/m);
    await buildx('use', '--default', 'one');
    await within1s(() => currentName() === 'one');
    await builders.use('two');
    expect(await buildx('ls')).toMatch(/^two\*/m);
    await buildx('rm', 'two');
    await within1s(() => currentName() === 'local');
  });

  it('a node that buildx appends appears', async () => {
    await create('many');
    await buildx(
      'create',
      '--name',
      'many',
      '--append',
      '--node',
      'other',
      '--driver',
      'remote',
      'unix:///no/such.sock',
    );
    await within1s(() => builders.get('many')?.nodes.length === 2);
    expect(builders.get('many')?.nodes.map(({ name }) => name)).toEqual(['many0', 'other']);
  });

  it('nothing is lost when both write at once', async () => {
    const names = (prefix: string) => Array.from({ length: 6 }, (_, index) => `${prefix}${index}`);
    const socket = (name: string) => `unix:///no/${name}.sock`;
    await Promise.all([
      ...names('theirs').map((name) => buildx('create', '--name', name, '--driver', 'remote', socket(name))),
      ...names('mine').map((name) =>
        builders.create({ name, driver: 'remote', node: { endpoint: socket(name) } }),
      ),
    ]);
    const listed = await buildx('ls');
    for (const name of [...names('mine'), ...names('theirs')])
      expect(listed).toMatch(new RegExp(`^${name} `, 'm'));
    await within1s(() => builders.list().length === 13);
  });
});

/** Builds the project with Manifold's core. */
async function buildHere(builder: string): Promise<string> {
  const workers = createFileWorkers(launchSourceWorker);
  const builds = await Builds.open({
    folder: join(folder, 'builds'),
    outputFolder: () => join(folder, 'outputs'),
    keepBuilds: () => 5,
    builders,
    workers,
    credentials: { credentials: async () => undefined },
    env: {},
    logger,
  });
  try {
    const { id } = await builds.start({
      project: join(folder, 'project'),
      dockerfile: 'Dockerfile',
      dockerfileText: 'FROM scratch\nCOPY Dockerfile /\n',
      builder,
      settings: { ...defaultBuildSettings },
    });
    for await (const _item of builds.progress(id, never));
    return (await builds.get(id)).summary.status;
  } finally {
    await builds.shutdown();
    await workers.close();
  }
}
