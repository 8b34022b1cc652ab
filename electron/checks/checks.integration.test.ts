import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckRequest, CheckResult, Finding } from '../../shared/contract';
import { applyEdits } from '../../shared/dockerfile/fixes';
import { runSolve } from '../buildkit';
import { createFileWorkers, type FileWorkers } from '../buildkit/filesync';
import { launchSourceWorker } from '../testing/workers';
import { testEngine } from '../testing/engine';
import { lintCorpus } from '../testing/lintCorpus';
import { never, testBuilds, type TestBuilds } from '../testing/testBuilds';
import { Checks } from './checks';
import { checkSources } from './sources';

let project: string;
let core: TestBuilds;
let workers: FileWorkers;
let checks: Checks;
const credentials = { credentials: async () => undefined };
const logger = pino({ level: 'silent' });

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'manifold-checks-'));
  await writeFile(join(project, '.dockerignore'), 'ignored.txt\n');
  core = await testBuilds(testEngine().buildkitAddress, project);
  workers = createFileWorkers(launchSourceWorker);
  checks = new Checks({ builders: core.builders, workers, credentials, logger });
});
afterAll(async () => {
  await workers.close();
  await core.dispose();
  await rm(project, { recursive: true, force: true });
});

const ask = (text: string, patch: Partial<CheckRequest> = {}): CheckRequest => ({
  project,
  dockerfile: 'Dockerfile',
  text,
  builder: 'test',
  platforms: ['linux/amd64'],
  target: '',
  buildArgs: [],
  buildContexts: [],
  ...patch,
});
const run = (text: string, patch: Partial<CheckRequest> = {}): Promise<CheckResult> =>
  checks.run(ask(text, patch), never);
const at = (finding: Finding, rule: string, line: number): boolean =>
  finding.rule === rule && finding.ranges.some(({ startLine }) => startLine === line);

describe('every rule', () => {
  it.each(lintCorpus)('$rule: $what', async ({ rule, text, line, unfixable }) => {
    const result = await run(text);
    expect(result.state).toBe('checked');
    const finding = result.findings.find((one) => at(one, rule, line));
    expect(finding, JSON.stringify(result.findings, undefined, 1)).toBeDefined();
    if (unfixable) expect(finding!.fixes).toEqual([]);
    else expect(finding!.fixes.length).toBeGreaterThan(0);
    const count = (findings: readonly Finding[]): number =>
      findings.filter((one) => one.rule === rule).length;
    const errors = (findings: readonly Finding[]): number =>
      findings.filter(({ severity }) => severity === 'error').length;
    for (const { kind, edits } of finding!.fixes) {
      const fixed = applyEdits(text, edits);
      const after = await run(fixed);
      expect(after.state).toBe('checked');
      expect(errors(after.findings), `${kind}: ${fixed}`).toBeLessThanOrEqual(errors(result.findings));
      expect(count(after.findings), `${kind}: ${fixed}`).toBe(count(result.findings) - 1);
      // What was right stays right.
      const before = new Set(result.findings.map((one) => one.rule));
      expect(after.findings.filter((one) => !before.has(one.rule))).toEqual([]);
      if (text.includes('\r\n')) expect(fixed.replaceAll('\r\n', '')).not.toContain('\n');
      expect(fixed.startsWith('\uFEFF')).toBe(text.startsWith('\uFEFF'));
    }
    if (finding!.ignore !== undefined) {
      const ignoring = await run(applyEdits(text, finding!.ignore.edits));
      expect(count(ignoring.findings)).toBe(0);
    } else expect(rule).toBe('InvalidDefinitionDescription');
  });
});

const fromPlatform = `FROM busybox AS base-amd64
WORKDIR /app
FROM busybox AS base-arm64
FROM base-\${TARGETARCH} AS app
WORKDIR sub
`;

describe('platforms', () => {
  it('each finding tells which ones it concerns', async () => {
    const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];
    const { findings, ...result } = await run(`${fromPlatform}MAINTAINER me\n`, { platforms });
    expect(result).toMatchObject({ state: 'checked', platforms, unchecked: [] });
    expect(result.versions).toEqual([expect.stringMatching(/^v\d/)]);
    expect(findings.map(({ rule, severity, platforms }) => [rule ?? severity, platforms])).toEqual([
      ['error', ['linux/arm/v7']],
      ['WorkdirRelativePath', ['linux/arm64']],
      ['MaintainerDeprecated', platforms],
    ]);
    expect(findings[0]!.message).toContain('base-arm');
  });

  it('a base image that does not exist for one of them is an error there', async () => {
    const { findings, state } = await run('FROM busybox\nENV a b\n', {
      platforms: ['linux/amd64', 'windows/amd64'],
    });
    expect(state).toBe('checked');
    expect(findings).toMatchObject([
      { severity: 'error', platforms: ['windows/amd64'], ranges: [{ startLine: 1 }] },
      { rule: 'LegacyKeyValueFormat', platforms: ['linux/amd64', 'windows/amd64'] },
    ]);
  });

  it('nothing is built for it', async () => {
    const marker = `never-${Date.now()}`;
    await run(`FROM busybox\nRUN echo ${marker}\n`);
    const client = await core.builders.reach('test', 'test0', never);
    expect((await client.diskUsage()).filter(({ description }) => description.includes(marker))).toEqual([]);
  });

  it('without any, the builder’s own is checked', async () => {
    const { platforms, findings } = await run('FROM busybox\nENV a b\n', { platforms: [] });
    expect(platforms).toHaveLength(1);
    expect(findings).toMatchObject([{ platforms }]);
  });
});

describe('errors', () => {
  it.each([
    ['an unknown instruction', 'FROM busybox\nRUNN x\n', 2, /unknown instruction: RUNN/],
    ['an unterminated heredoc', 'FROM busybox\nRUN <<EOF\nx\n', 2, /unterminated heredoc/],
    ['a base that does not exist', 'FROM busybox\nFROM library/no-such-image:1\n', 2, /no-such-image/],
    ['a stage that does not exist', 'FROM busybox\nCOPY --from=nope/nope /a /b\n', 2, /nope/],
    ['nothing', '', undefined, /cannot be empty/],
  ])('%s is a finding', async (_what, text, line, message) => {
    const result = await run(text);
    expect(result.state).toBe('checked');
    const [error] = result.findings;
    expect(error).toMatchObject({ severity: 'error', message: expect.stringMatching(message) });
    expect(error!.ranges[0]?.startLine).toBe(line);
  });

  it('a frontend that can’t be fetched is told at its line', async () => {
    const { registryHost } = testEngine();
    const result = await run(`# syntax=${registryHost}/no/frontend:1\nFROM busybox\n`);
    expect(result.state).toBe('checked');
    expect(result.findings).toMatchObject([{ severity: 'error', ranges: [{ startLine: 1 }] }]);
  });
});

describe('a frontend from an image', () => {
  it('is the one that is asked: one that does not say that it answers questions is left alone', async () => {
    const name = `${testEngine().registryHost}/checks/frontend:1`;
    const made = await core.run('FROM busybox\nENTRYPOINT ["/bin/sh", "-c", "exit 7"]\n', {
      platforms: ['linux/amd64'],
      tags: [name],
      output: { type: 'push' },
    });
    expect(made.status).toBe('succeeded');
    // The daemon's own frontend would have told of MAINTAINER.
    const result = await run(`# syntax=${name} with=options\nFROM busybox\nMAINTAINER me\n`);
    expect(result).toMatchObject({ state: 'unsupported', findings: [] });
  });
});

describe('a frontend from an image that answers questions', () => {
  it('checks the text for every platform, and tells what it asks for', async () => {
    const text = '# syntax=docker/dockerfile:1\nARG BASE=busybox\nFROM ${BASE} AS Base\nMAINTAINER me\n';
    const result = await run(text, { platforms: ['linux/amd64', 'linux/arm64'] });
    expect(result).toMatchObject({ state: 'checked', platforms: ['linux/amd64', 'linux/arm64'] });
    expect(result.findings.map(({ rule, ranges }) => [rule, ranges[0]!.startLine])).toEqual([
      ['StageNameCasing', 3],
      ['MaintainerDeprecated', 4],
    ]);
    expect(result.outline?.args.map(({ name }) => name)).toContain('BASE');
    expect(result.targets?.map(({ name }) => name)).toEqual(['base']);
  });
});

describe('what the daemon may read', () => {
  it('is the text and the ignore files, nothing else of the project', async () => {
    await writeFile(join(project, 'private.txt'), 'private');
    const request = core.request('FROM scratch\nCOPY private.txt /\n');
    const folders = new Map([['context', project]]);
    const services = await checkSources({ request, folders, workers, credentials });
    const client = await core.builders.reach('test', 'test0', never);
    const frontendAttrs = { filename: 'Dockerfile' };
    await expect(
      runSolve(client, { request: { frontend: 'dockerfile.v0', frontendAttrs }, services }),
    ).rejects.toThrow(/"\/private.txt": not found/);
  });
});

describe('outline and targets', () => {
  const text = `ARG BASE=busybox
# build makes the program
FROM --platform=$BUILDPLATFORM \${BASE} AS build
# VERSION is what the program says
ARG VERSION=1.0
ARG TARGETARCH
ARG URL=https://example.com/\${TARGETARCH}
RUN --mount=type=secret,id=token,required=true --mount=type=secret,id=maybe --mount=type=ssh true
FROM scratch
COPY --from=build /bin/sh /
`;

  it('say what the file can be given, with what differs by platform', async () => {
    const { outline, targets } = await run(text, { platforms: ['linux/amd64', 'linux/arm64'] });
    const both = ['linux/amd64', 'linux/arm64'];
    const args = Object.fromEntries(outline!.args.map((arg) => [arg.name, arg]));
    expect(args['VERSION']).toMatchObject({
      values: [{ value: '1.0', platforms: both }],
      description: 'is what the program says',
      locations: [{ startLine: 5 }],
    });
    expect(args['BASE']).toMatchObject({ values: [{ value: 'busybox', platforms: both }] });
    expect(args['URL']!.values).toEqual([
      { value: 'https://example.com/amd64', platforms: ['linux/amd64'] },
      { value: 'https://example.com/arm64', platforms: ['linux/arm64'] },
    ]);
    expect(outline!.secrets.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
      { id: 'maybe', required: false },
      { id: 'token', required: true },
    ]);
    expect(outline!.ssh).toEqual([{ id: 'default', required: false }]);
    expect(targets).toEqual([
      {
        name: 'build',
        default: false,
        description: 'makes the program',
        base: '${BASE}',
        platform: '$BUILDPLATFORM',
      },
      { default: true, base: 'scratch' },
    ]);
  });

  it('follow build arguments, the target and named contexts', async () => {
    const given = await run(text, { buildArgs: [{ name: 'VERSION', value: '2' }], target: 'build' });
    expect(given.outline!.args.find(({ name }) => name === 'VERSION')!.values[0]!.value).toBe('2');
    const missing = await run('FROM nowhere.invalid/base\n', {
      buildContexts: [{ name: 'nowhere.invalid/base', value: 'docker-image://busybox' }],
    });
    expect(missing.findings).toEqual([]);
    const local = await run('FROM scratch\nCOPY --from=here x /\n', {
      buildContexts: [{ name: 'here', value: '.' }],
    });
    expect(local).toMatchObject({ state: 'checked', findings: [] });
  });
});

describe('a daemon’s work', () => {
  /** A registry that takes connections and says nothing. */
  const silent = net.createServer();
  const sockets = new Set<net.Socket>();
  let slow: string;
  beforeAll(async () => {
    silent.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    slow = `FROM 127.0.0.1:${(silent.address() as net.AddressInfo).port}/slow/image\n`;
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('is given up when the same Dockerfile is asked about again', async () => {
    const first = run(slow).catch((error: unknown) => error);
    await sleep(300);
    const second = await run('FROM scratch\n');
    expect(second.state).toBe('checked');
    expect(await first).toMatchObject({ name: 'StudioError', code: 'cancelled' });
  });

  it('goes on for another Dockerfile', async () => {
    const [one, other] = await Promise.all([
      run('FROM busybox\nMAINTAINER a\n'),
      run('FROM scratch\n', { dockerfile: 'other.Dockerfile' }),
    ]);
    expect(one.findings).toHaveLength(1);
    expect(other.findings).toEqual([]);
  });

  it('leaves nothing behind: no session, no solve, no record', async () => {
    const client = await core.builders.reach('test', 'test0', never);
    const refs = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { record } of client.listenBuildHistory({ earlyExit: true })) found.push(record.ref);
      return found.sort();
    };
    const before = await refs();
    const cancel = new AbortController();
    const cancelled = checks.run(ask(slow), cancel.signal).catch((error: unknown) => error);
    await sleep(300);
    cancel.abort();
    expect(await cancelled).toMatchObject({ code: 'cancelled' });
    await run('FROM busybox\n');
    expect(await refs()).toEqual(before);
    for await (const { record } of client.listenBuildHistory({ activeOnly: true, earlyExit: true }))
      expect.unreachable(record.ref);
  });

  it('is waited for only so long', async () => {
    const hasty = new Checks({ builders: core.builders, workers, credentials, logger, deadlineMs: 700 });
    const started = Date.now();
    const result = await hasty.run(ask(slow), never);
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(result).toMatchObject({ state: 'failed', error: { code: 'builder-unavailable' } });
    // The next one is answered as ever.
    expect((await hasty.run(ask('FROM busybox\n'), never)).state).toBe('checked');
  });

  it('is waited for no longer when its answer can’t be received: details over 64 KiB', async () => {
    const long = `FROM busybox\n${'# filling\n'.repeat(10_000)}`;
    const hasty = new Checks({ builders: core.builders, workers, credentials, logger, deadlineMs: 3_000 });
    const text = `# syntax=${testEngine().registryHost}/no/frontend:1\n${long}`;
    expect(await hasty.run(ask(text), never)).toMatchObject({ state: 'failed' });
    expect(await hasty.run(ask(long), never)).toMatchObject({ state: 'checked', findings: [] });
  });

  it('is quick', async () => {
    const started = Date.now();
    await run('FROM scratch\nCOPY a b\n');
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('takes 10 MB', async () => {
    const patient = new Checks({ builders: core.builders, workers, credentials, logger, deadlineMs: 60_000 });
    const line = `# ${'x'.repeat(98)}\n`;
    const text = `FROM busybox AS Base\n${line.repeat(100_000)}MAINTAINER me\n`;
    const result = await patient.run(ask(text), never);
    expect(result.state).toBe('checked');
    expect(result.findings.map(({ rule, ranges }) => [rule, ranges[0]!.startLine])).toEqual([
      ['StageNameCasing', 1],
      ['MaintainerDeprecated', 100_002],
    ]);
    const edits = result.findings.flatMap(({ fixes }) => fixes[0]!.edits);
    expect((await patient.run(ask(applyEdits(text, edits)), never)).findings).toEqual([]);
  });
});

describe('without a builder', () => {
  it('one that does not exist, is stopped or can’t be reached is a state', async () => {
    expect(await run('FROM scratch\n', { builder: 'nope' })).toMatchObject({
      state: 'no-builder',
      findings: [],
    });
    await core.builders.create({
      name: 'dead',
      driver: 'remote',
      node: { endpoint: 'unix:///nowhere.sock' },
    });
    await core.builders.refresh('dead');
    expect(await run('FROM scratch\n', { builder: 'dead' })).toMatchObject({
      state: 'no-builder',
      error: { code: 'builder-unreachable' },
    });
  });

  it('settings that no build could have are a failure that names them', async () => {
    expect(await run('FROM scratch\n', { platforms: ['a/b/c/d'] })).toMatchObject({
      state: 'failed',
      error: { code: 'invalid-request' },
    });
  });
});
