import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { BuildkitClient } from '../client';
import { CancelledError } from '../errors';
import { runSolve } from '../solve';
import { createContextService, type ContextProgress, type ContextSource } from './contextService';
import { createExportService, type ExportTarget } from './exportService';
import type { FileTransferError } from './fileTransferError';
import { createFileWorkers } from './fileWorkers';
import { launchSourceWorker } from '../../testing/workers';
import { scratchFolder, scratchTree } from './testing/scratchFolder';

const workers = createFileWorkers(launchSourceWorker);
let client: BuildkitClient;

beforeAll(async () => {
  client = await BuildkitClient.connect(() => Promise.resolve(connect(currentEngine().buildkit.socketPath)));
});
afterAll(async () => {
  await client.close();
  await workers.close();
});

interface BuildOptions {
  dockerfile: string;
  context: ContextSource;
  more?: Readonly<Record<string, ContextSource>>;
  attrs?: Readonly<Record<string, string>>;
  exporters?: { type: string; attrs?: Record<string, string>; target: ExportTarget }[];
  sharedKey?: string;
  signal?: AbortSignal;
  onProgress?: (progress: ContextProgress) => void;
}

/** Builds with both file services and returns what they reported. */
async function build(
  options: BuildOptions,
): Promise<{ sent: ContextProgress[]; errors: FileTransferError[] }> {
  const sent: ContextProgress[] = [];
  const errors: FileTransferError[] = [];
  const exporters = options.exporters ?? [];
  const files = new Map([['Dockerfile', Buffer.from(options.dockerfile)]]);
  const contexts = new Map<string, ContextSource>([
    ['dockerfile', { kind: 'files', files }],
    ['context', options.context],
    ...Object.entries(options.more ?? {}),
  ]);
  const onError = (_name: unknown, error: FileTransferError): void => void errors.push(error);
  const services = [
    createContextService(contexts, {
      workers,
      onError,
      onProgress: (progress) => {
        options.onProgress?.(progress);
        if (progress.done) sent.push(progress);
      },
    }),
    createExportService(new Map(exporters.map(({ target }, index) => [index, target])), { workers, onError }),
  ];
  try {
    await runSolve(client, {
      request: {
        frontend: 'dockerfile.v0',
        frontendAttrs: { filename: 'Dockerfile', ...options.attrs },
        exporters: exporters.map(({ type, attrs }) => ({ type, attrs: attrs ?? {} })),
      },
      services,
      ...(options.sharedKey !== undefined && { sharedKey: options.sharedKey }),
      ...(options.signal && { signal: options.signal }),
    });
  } catch (error) {
    throw Object.assign(error as Error, { transferErrors: errors });
  }
  return { sent, errors };
}

function listing(root: string): string[] {
  const lines: string[] = [];
  const visit = (folder: string): void => {
    for (const name of readdirSync(Buffer.from(`${root}/${folder}`, 'latin1'), {
      encoding: 'latin1',
    }).sort()) {
      const at = Buffer.from(`${root}/${folder}${name}`, 'latin1');
      const stat = lstatSync(at);
      const body = stat.isFile() ? readFileSync(at, 'latin1') : stat.isSymbolicLink() ? readlinkSync(at) : '';
      const time = stat.isDirectory() ? 0 : Math.trunc(stat.mtimeMs / 1000);
      lines.push(
        [`${folder}${name}`, stat.mode.toString(8), time, stat.isFile() ? stat.nlink : 0, body].join(' | '),
      );
      if (stat.isDirectory()) visit(`${folder}${name}/`);
    }
  };
  visit('');
  return lines;
}

/** A folder with everything that is hard about names, modes and links. */
function difficultFolder(): string {
  const root = scratchTree({
    'a/file': 'a',
    'a-b': 'sorts between a and a/file for those who sort paths',
    'a.b/x': '',
    'with\nnewline': 'n',
    'ünï/\u{1f600}': 'smile',
    'tool.sh': '#!/bin/sh',
    big: 'x'.repeat(3_000_000),
  });
  writeFileSync(Buffer.from(`${root}/not-utf8-\xff`, 'latin1'), 'bytes');
  chmodSync(join(root, 'tool.sh'), 0o4755);
  mkdirSync(join(root, 'empty'), { mode: 0o700 });
  symlinkSync('../../../etc/passwd', join(root, 'out'));
  symlinkSync('a/file', join(root, 'in'));
  linkSync(join(root, 'a/file'), join(root, 'hard'));
  utimesSync(join(root, 'big'), 1_600_000_000, 1_600_000_000);
  return root;
}

describe('with a real daemon', () => {
  it('a folder comes back from the local exporter as it was sent, and as buildctl exports it', async () => {
    const context = difficultFolder();
    const ours = join(scratchFolder(), 'ours');
    const theirs = join(scratchFolder(), 'theirs');
    const dockerfile = 'FROM scratch\nCOPY . /\n';
    await build({
      dockerfile,
      context: { kind: 'folder', path: context },
      exporters: [{ type: 'local', target: { kind: 'directory', path: ours } }],
    });
    const dockerfileFolder = scratchTree({ Dockerfile: dockerfile });
    const { binaries, buildkit } = currentEngine();
    execFileSync(
      binaries.buildctl,
      [
        '--addr',
        buildkit.address,
        'build',
        '--frontend',
        'dockerfile.v0',
        '--local',
        `context=${context}`,
        '--local',
        `dockerfile=${dockerfileFolder}`,
        '-o',
        `type=local,dest=${theirs}`,
      ],
      { stdio: 'pipe' },
    );
    const received = listing(ours);
    expect(received.length).toBeGreaterThan(12);
    expect(received).toEqual(listing(theirs));
    const withoutLinks = (lines: string[]): string[] =>
      lines.map((line) => line.replace(/ \| \d \| /, ' | '));
    expect(withoutLinks(received)).toEqual(withoutLinks(listing(context)));
  });

  it('sends only what changed the next time, with the same key', async () => {
    const context = scratchTree({ 'a/one': '1', 'a/two': '2', b: '3' });
    const options: BuildOptions = {
      dockerfile: 'FROM scratch\nCOPY . /\n',
      context: { kind: 'folder', path: context },
      sharedKey: `test-${Math.random()}`,
    };
    const contextReports = async (): Promise<unknown[]> =>
      (await build(options)).sent.filter(({ name, entries }) => name === 'context' && entries > 0);
    expect(await contextReports()).toMatchObject([{ entries: 4, files: 3, bytes: 3 }]);
    expect(await contextReports()).toMatchObject([{ entries: 4, files: 0, bytes: 0 }]);
    writeFileSync(join(context, 'b'), 'longer');
    unlinkSync(join(context, 'a/one'));
    expect(await contextReports()).toMatchObject([{ entries: 3, files: 1, bytes: 6 }]);
  });

  it('leaves out what .dockerignore says, however long it is', async () => {
    const lines = Array.from({ length: 1500 }, (_, index) => `ignored-${index}`);
    const context = scratchTree({
      '.dockerignore': [...lines, '# comment', '  *.log  ', '!keep.log', '/é', 'deep', '!deep/kept', ''].join(
        '\n',
      ),
      'x.log': '',
      'keep.log': '',
      'ignored-7': '',
      'ignored-1499': '',
      é: '',
      'deep/kept': '',
      'deep/lost': '',
    });
    const to = scratchFolder();
    await build({
      dockerfile: 'FROM scratch\nCOPY . /\n',
      context: { kind: 'folder', path: context },
      exporters: [{ type: 'local', target: { kind: 'directory', path: to } }],
    });
    expect(listing(to).map((line) => line.split(' | ')[0])).toEqual([
      '.dockerignore',
      'deep',
      'deep/kept',
      'keep.log',
    ]);
  });

  it('asks for only what the Dockerfile copies, through links, and from named contexts', async () => {
    const context = scratchTree({ 'real/wanted': 'w', 'real/other': 'o', unwanted: 'u' });
    symlinkSync('real', join(context, 'link'));
    const named = scratchTree({ 'lib.txt': 'lib' });
    const to = scratchFolder();
    const { sent } = await build({
      dockerfile: 'FROM scratch\nCOPY link/wanted /w\nCOPY --from=mylib lib.txt /lib\n',
      context: { kind: 'folder', path: context },
      more: { mylib: { kind: 'folder', path: named } },
      attrs: { 'context:mylib': 'local:mylib' },
      exporters: [{ type: 'local', target: { kind: 'directory', path: to } }],
    });
    expect(readFileSync(join(to, 'w'), 'utf8') + readFileSync(join(to, 'lib'), 'utf8')).toBe('wlib');
    expect(sent.filter(({ name }) => name === 'context').at(-1)).toMatchObject({ entries: 3, files: 1 });
  });

  it('exports archives and folders of several exporters at once, for several platforms', async () => {
    const to = scratchFolder();
    await build({
      dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY file /${TARGETARCH}\n',
      context: { kind: 'folder', path: scratchTree({ file: 'content' }) },
      attrs: { platform: 'linux/amd64,linux/arm64,linux/arm/v7' },
      exporters: [
        { type: 'oci', target: { kind: 'file', path: join(to, 'made/image.oci.tar') } },
        { type: 'local', target: { kind: 'directory', path: join(to, 'folder') } },
        { type: 'tar', target: { kind: 'file', path: join(to, 'files.tar') } },
      ],
    });
    const names = (archive: string): string[] =>
      execFileSync('tar', ['-tf', join(to, archive)], { encoding: 'utf8' })
        .trim()
        .split('\n');
    expect(names('made/image.oci.tar')).toContain('index.json');
    expect(names('files.tar')).toContain('linux_arm64/arm64');
    expect(readdirSync(join(to, 'folder')).sort()).toEqual(['linux_amd64', 'linux_arm64', 'linux_arm_v7']);
    expect(readFileSync(join(to, 'folder/linux_arm_v7/arm'), 'utf8')).toBe('content');
    expect(readdirSync(to).sort()).toEqual(['files.tar', 'folder', 'made']);
  });

  it('tells the daemon and the caller which folder is missing', async () => {
    const missing = build({
      dockerfile: 'FROM scratch\nCOPY . /\n',
      context: { kind: 'folder', path: '/nowhere/at/all' },
    });
    await expect(missing).rejects.toMatchObject({
      message: expect.stringContaining('/nowhere/at/all'),
      // The daemon tries twice.
      transferErrors: expect.arrayContaining([
        expect.objectContaining({ code: 'not-found', path: '/nowhere/at/all' }),
      ]),
    });
  });

  it('tells the daemon and the caller what stands in the way of an export', async () => {
    const to = scratchTree({ 'file/mine': '' });
    const blocked = build({
      dockerfile: 'FROM scratch\nCOPY file /\n',
      context: { kind: 'folder', path: scratchTree({ file: 'x' }) },
      exporters: [{ type: 'local', target: { kind: 'directory', path: to } }],
    });
    await expect(blocked).rejects.toMatchObject({
      message: expect.stringContaining('nothing was removed'),
      transferErrors: [expect.objectContaining({ code: 'in-the-way' })],
    });
    expect(readdirSync(to)).toEqual(['file']);
  });

  it('stops sending when the build is cancelled', async () => {
    const context = scratchFolder();
    for (let index = 0; index < 8; index++)
      writeFileSync(join(context, `${index}`), Buffer.alloc(64 << 20, index));
    const cancel = new AbortController();
    let seen = 0;
    const cancelled = build({
      dockerfile: 'FROM scratch\nCOPY . /\n',
      context: { kind: 'folder', path: context },
      signal: cancel.signal,
      onProgress: ({ bytes }) => {
        seen = Math.max(seen, bytes);
        if (bytes > 0) cancel.abort();
      },
    });
    await expect(cancelled).rejects.toBeInstanceOf(CancelledError);
    expect(seen).toBeLessThan(256 << 20);
  });
});
