import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBinaries } from '../../../e2e/engine/binaries';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import type { ImageSource, NewIndex, TransferItem } from '../../../shared/contract';
import { parseReference } from '../../../shared/model/reference';
import type { CredentialProvider } from '../../buildkit';
import { RegistryClient } from '../registry/registryClient';
import { openRegistryImage } from '../registry/registryImage';
import { KeptImages } from '../sources/imageOpener';
import { openArchive } from '../sources/openArchive';
import { ImageActions } from './imageActions';
import { pushImage, type PushedImage, type TestImage } from './testing/pushImage';

const run = promisify(execFile);
const never = new AbortController().signal;
const engine = currentEngine();
const plain = engine.registry.host;
const basic = engine.authRegistry.host;
const bearer = engine.tokenRegistry.host;
const [amd64, arm64, armv7] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
];
const usual: Omit<TestImage, 'mark'> = { platforms: [amd64, arm64, armv7], attestations: true };

let folder: string;
let buildxProgram: string;
let archivePath: string | undefined;
let images: KeptImages;
let actions: ImageActions;
const repositories = `manifold/${randomUUID()}`;

const credentials: CredentialProvider = {
  credentials: async (host) => {
    const { authRegistry, tokenRegistry } = engine;
    const known = [authRegistry, tokenRegistry].find((registry) => registry.host === host);
    return known && { username: known.username, secret: known.password };
  },
};
const client = new RegistryClient({ credentials });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-actions-'));
  buildxProgram = (await ensureBinaries({ buildx: true })).buildx!;
  const auths = Object.fromEntries(
    [engine.authRegistry, engine.tokenRegistry].map(({ host, username, password }) => [
      host,
      { auth: Buffer.from(`${username}:${password}`).toString('base64') },
    ]),
  );
  await mkdir(join(folder, 'docker'));
  await writeFile(join(folder, 'docker', 'config.json'), JSON.stringify({ auths }));
  images = new KeptImages(
    async (source: ImageSource, signal) => {
      if (source.kind === 'registry')
        return { image: await openRegistryImage({ client }, source.reference, signal) };
      if (source.kind === 'archive') return openArchive({ source, path: source.path }, folder, signal);
      throw new Error('Not in this test.');
    },
    (error) => expect.unreachable(String(error)),
  );
  actions = new ImageActions({ images, registries: client, chooseArchive: async () => archivePath });
});
afterAll(async () => {
  await images.close();
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({
  ...process.env,
  BUILDX_CONFIG: join(folder, 'buildx'),
  DOCKER_CONFIG: join(folder, 'docker'),
  DOCKER_HOST: `unix://${folder}/no.sock`,
});

/** What the real buildx would store, without its line's end. */
async function buildxDryRun(...args: string[]): Promise<string> {
  const all = ['imagetools', 'create', '--dry-run', ...args];
  return (await run(buildxProgram, all, { env: env() })).stdout.replace(/\n$/, '');
}

async function skopeoRaw(reference: string): Promise<string> {
  const args = [
    'inspect',
    '--raw',
    '--tls-verify=false',
    '--authfile',
    join(folder, 'docker', 'config.json'),
  ];
  return (await run('skopeo', [...args, reference.includes(':/') ? reference : `docker://${reference}`]))
    .stdout;
}

function repository(reference: string) {
  const parsed = parseReference(reference);
  if (!parsed.ok) throw new Error(reference);
  return client.repository(parsed.value, 'pull,push');
}

async function push(reference: string, image: Partial<TestImage> = {}): Promise<PushedImage> {
  const at = reference.lastIndexOf(':');
  const whole = { ...usual, mark: randomUUID(), ...image };
  return pushImage(repository(reference.slice(0, at)), reference.slice(at + 1), whole);
}

const name = (part: string, host = plain): string => `${host}/${repositories}/${part}`;
const from = (reference: string, platforms?: string[]) => ({
  source: { kind: 'registry', reference } as const,
  ...(platforms === undefined ? {} : { platforms }),
});
const request = (parts: NewIndex['parts'], rest: Partial<NewIndex> = {}): NewIndex => ({
  tags: [name('new:1')],
  parts,
  append: false,
  preferManifest: false,
  annotations: {},
  descriptorAnnotations: [],
  ...rest,
});
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

async function finish(items: AsyncIterable<TransferItem>): Promise<TransferItem[]> {
  const all: TransferItem[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('planIndex', () => {
  const cases: [string, () => Promise<[NewIndex, string[]]>][] = [
    [
      'an index as it is',
      async () => {
        await push(name('a:1'));
        return [request([from(name('a:1'))]), [name('a:1')]];
      },
    ],
    [
      'an index without a platform',
      async () => {
        await push(name('a:2'), { annotations: { 'org.example.b': '<&>', 'org.example.a': 'é"\\\u2028' } });
        const wanted = ['linux/amd64', 'linux/arm/v7'];
        return [request([from(name('a:2'), wanted)]), ['-p', wanted.join(','), name('a:2')]];
      },
    ],
    [
      'images of two repositories',
      async () => {
        await push(name('a:3'), { platforms: [amd64] });
        await push(name('b:3'), { platforms: [arm64, armv7] });
        return [request([from(name('a:3')), from(name('b:3'))]), [name('a:3'), name('b:3')]];
      },
    ],
    [
      'one manifest, with an index around it',
      async () => {
        const { manifests } = await push(name('a:4'));
        const reference = `${name('a')}@${manifests[1]}`;
        return [request([from(reference)]), [reference]];
      },
    ],
    [
      'one manifest as it is',
      async () => {
        const { manifests } = await push(name('a:5'));
        const reference = `${name('a')}@${manifests[2]}`;
        return [request([from(reference)], { preferManifest: true }), ['--prefer-index=false', reference]];
      },
    ],
    [
      'annotations of the index and of its descriptors',
      async () => {
        await push(name('a:6'), { platforms: [amd64, armv7], annotations: { gone: 'yes' } });
        return [
          request([from(name('a:6'))], {
            annotations: { 'org.example.title': 'A <b> & c', '10': 'x', '9': 'y', Z: 'z', ä: '2' },
            descriptorAnnotations: [
              { key: 'all', value: '1' },
              { platform: 'linux/arm/v7', key: 'one', value: '2' },
            ],
          }),
          [
            ...['index:org.example.title=A <b> & c', 'index:10=x', 'index:9=y', 'index:Z=z', 'index:ä=2'],
            ...['manifest-descriptor:all=1', 'manifest-descriptor[linux/arm/v7]:one=2'],
          ]
            .flatMap((annotation) => ['--annotation', annotation])
            .concat(name('a:6')),
        ];
      },
    ],
    [
      'more for a tag that is there',
      async () => {
        await push(name('new:7'), { platforms: [amd64] });
        await push(name('b:7'), { platforms: [arm64] });
        const tags = [name('new:7')];
        return [
          request([from(name('b:7'))], { tags, append: true }),
          ['--append', '-t', name('new:7'), name('b:7')],
        ];
      },
    ],
    [
      'Docker’s manifests only',
      async () => {
        await push(name('a:8'), { platforms: [amd64], docker: true, attestations: false });
        await push(name('b:8'), { platforms: [arm64], docker: true, attestations: false });
        return [request([from(name('a:8')), from(name('b:8'))]), [name('a:8'), name('b:8')]];
      },
    ],
    [
      'Docker’s and OCI’s manifests of registries that want a login',
      async () => {
        await push(name('a:9', basic), { platforms: [amd64], docker: true, attestations: false });
        await push(name('b:9', bearer), { platforms: [arm64] });
        const sources = [name('a:9', basic), name('b:9', bearer)];
        return [request(sources.map((source) => from(source))), sources];
      },
    ],
    [
      'what BuildKit has built',
      async () => [
        request([from(`${plain}/library/busybox`, ['linux/arm64'])]),
        ['-p', 'linux/arm64', `${plain}/library/busybox`],
      ],
    ],
    [
      'an image twice, and a part of it',
      async () => {
        const { manifests } = await push(name('a:11'));
        const sources = [name('a:11'), `${name('a')}@${manifests[0]}`, name('a:11')];
        return [request(sources.map((source) => from(source))), sources];
      },
    ],
  ];

  it.each(cases)('makes the same of %s as buildx', async (_name, prepare) => {
    const [wanted, args] = await prepare();
    const plan = await actions.planIndex(wanted, never);
    expect(plan.text).toBe(await buildxDryRun(...args));
    expect(plan.digest).toBe(digestOf(plan.text));
  });

  it('shows what the tag stands for now, and what has to be copied', async () => {
    const before = await push(name('kept:1'), { platforms: [amd64] });
    await push(name('other:1', basic), { platforms: [arm64], attestations: false, layerBytes: 5000 });
    const wanted = request([from(name('kept:1')), from(name('other:1', basic))], { tags: [name('kept:1')] });
    const plan = await actions.planIndex(wanted, never);
    expect(digestOf(plan.before!)).toBe(before.digest);
    expect(plan.copyBytes).toBeGreaterThan(5000);
    expect(plan.presentBytes).toBeGreaterThan(0);
    expect(await skopeoRaw(name('kept:1'))).toBe(plan.before);

    // Within a registry nothing is copied but the manifests, which name what is mounted.
    const mounted = await actions.planIndex(
      request([from(name('other:1', basic))], { tags: [name('x:1', basic)] }),
      never,
    );
    expect(mounted.before).toBeUndefined();
    expect(mounted.presentBytes).toBeGreaterThan(5000);
    expect(mounted.copyBytes).toBeLessThan(5000);
  });

  it('takes a platform that is in both from the new parts, with its attestation', async () => {
    const old = await push(name('both:1'));
    const fresh = await push(name('fresh:1'), { platforms: [amd64] });
    const wanted = request([from(name('fresh:1'))], { tags: [name('both:1')], append: true });
    const { text } = await actions.planIndex(wanted, never);
    for (const digest of [fresh.manifests[0]!, old.manifests[1]!, old.manifests[2]!])
      expect(text).toContain(digest);
    expect(text).not.toContain(old.manifests[0]!);
    const { manifests } = JSON.parse(text) as { manifests: object[] };
    expect(manifests).toHaveLength(6);
  });

  it('refuses what makes no sense', async () => {
    await push(name('a:20'), { docker: true, attestations: false });
    const failing = (change: Partial<NewIndex>, parts = [from(name('a:20'))]) =>
      expect(actions.planIndex(request(parts, change), never)).rejects;
    await failing({ annotations: { a: 'b' } }).toMatchObject({ code: 'invalid-request' });
    await failing({ tags: [`${name('a')}@${digestOf('')}`] }).toMatchObject({ code: 'invalid-request' });
    await failing({ tags: ['Not a name'] }).toMatchObject({ code: 'invalid-request' });
    await failing({}, [from(name('a:20'), ['linux/s390x'])]).toMatchObject({ code: 'not-found' });
    await failing({}, [from(name('none:20'))]).toMatchObject({ code: 'not-found' });
  });
});

describe('createIndex', () => {
  it('stores what buildx stores, with all that belongs to it', async () => {
    await push(name('a:30', bearer), { layerBytes: 300_000 });
    await push(name('b:30'), { platforms: [{ os: 'linux', architecture: 'riscv64' }] });
    const tags = [name('ours:30', basic), name('ours:31', basic), name('ours:30')];
    const parts = [from(name('a:30', bearer), ['linux/arm64', 'linux/arm/v7']), from(name('b:30'))];
    const items = await finish(actions.createIndex(request(parts, { tags }), never));
    const last = items.at(-1);
    expect(last).toMatchObject({ type: 'done', references: tags });
    const progress = items.filter(({ type }) => type === 'progress').at(-1);
    if (progress?.type !== 'progress') throw new Error('No progress.');
    expect(progress.transferredBytes + progress.presentBytes).toBe(progress.totalBytes);
    expect(progress.transferredBytes).toBeGreaterThan(4 * 300_000);

    const theirs = [
      'imagetools',
      'create',
      '-t',
      name('theirs:30', basic),
      name('a:30', bearer),
      name('b:30'),
    ];
    await run(buildxProgram, [...theirs, '-p', 'linux/arm64,linux/arm/v7,linux/riscv64'], { env: env() });
    const stored = await skopeoRaw(name('theirs:30', basic));
    for (const tag of tags) expect(await skopeoRaw(tag)).toBe(stored);
    expect(last).toMatchObject({ digest: digestOf(stored) });
    // Every blob can be had there: skopeo reads all of them, and checks their digests.
    await copyOut(tags[1]!, 'all');

    const again = await finish(actions.createIndex(request(parts, { tags }), never));
    expect(again.find(({ type }) => type === 'progress')).toMatchObject({ transferredBytes: 0 });
  });

  it('stops when it is told to, and names nothing then', async () => {
    await push(name('big:1', bearer), { layerBytes: 20_000_000 });
    const abort = new AbortController();
    const wanted = request([from(name('big:1', bearer))], { tags: [name('stopped:1')] });
    const reading = finish(actions.createIndex(wanted, abort.signal));
    setTimeout(() => abort.abort(new Error('enough')), 60);
    await expect(reading).rejects.toThrow('enough');
    await expect(skopeoRaw(name('stopped:1'))).rejects.toThrow(/manifest unknown|name unknown/);
  });
});

describe('copy', () => {
  it('copies an image with everything from registry to registry', async () => {
    const { digest } = await push(name('c:1', bearer), { layerBytes: 100_000 });
    const target = { kind: 'registry', reference: name('copied:1', basic) } as const;
    const source = from(name('c:1', bearer)).source;
    const items = await finish(actions.copy({ source, target }, never));
    expect(items.at(-1)).toEqual({ type: 'done', digest, references: [target.reference] });
    expect(digestOf(await skopeoRaw(target.reference))).toBe(digest);
    await copyOut(target.reference, 'all');
  });

  it('copies an index inside of an index', async () => {
    const inner = await push(name('nested:1'), { platforms: [amd64] });
    const index = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ mediaType: 'application/vnd.oci.image.index.v1+json', digest: inner.digest, size: 1 }],
    };
    const bytes = Buffer.from(JSON.stringify(index), 'utf8');
    await repository(name('nested')).putManifest('2', { bytes, mediaType: index.mediaType }, never);
    const target = { kind: 'registry', reference: name('nested:2', basic) } as const;
    await finish(actions.copy({ source: from(name('nested:2')).source, target }, never));
    const copied = repository(name('nested', basic));
    for (const digest of [inner.digest, ...inner.manifests]) {
      expect(await copied.headManifest(digest, never)).toMatchObject({ digest });
    }
  });

  it('writes an archive, whole, or of one platform, and reads it back', async () => {
    const { digest, manifests } = await push(name('d:1'), { layerBytes: 50_000 });
    const source = from(name('d:1')).source;
    archivePath = join(folder, 'whole.tar');
    const items = await finish(actions.copy({ source, target: { kind: 'archive' } }, never));
    expect(items.at(-1)).toEqual({ type: 'done', digest, references: [], path: archivePath });
    expect(digestOf(await skopeoRaw(`oci-archive:${archivePath}`))).toBe(digest);

    const archive = { kind: 'archive', path: archivePath } as const;
    const target = { kind: 'registry', reference: name('back:1', basic) } as const;
    const back = await finish(
      actions.copy({ source: archive, target, platforms: ['linux/arm64', 'linux/amd64'] }, never),
    );
    expect(back.at(-1)).toMatchObject({ type: 'done', references: [target.reference] });
    const stored = await skopeoRaw(target.reference);
    expect(stored).toBe(await buildxDryRun('-p', 'linux/arm64,linux/amd64', name('d:1')));

    archivePath = join(folder, 'one.tar');
    await finish(actions.copy({ source, target: { kind: 'archive' }, platforms: ['linux/arm64'] }, never));
    expect(digestOf(await skopeoRaw(`oci-archive:${archivePath}`))).toBe(manifests[1]);
    await run('skopeo', [
      'copy',
      '--override-arch',
      'arm64',
      '--insecure-policy',
      `oci-archive:${archivePath}`,
      `dir:${folder}/one`,
    ]);

    archivePath = undefined;
    const dismissed = await finish(actions.copy({ source, target: { kind: 'archive' } }, never));
    expect(dismissed).toContainEqual({ type: 'dismissed' });
    expect((await readdir(folder)).filter((file) => file.includes('partial'))).toEqual([]);
  });
});

describe('deleteTag', () => {
  it('takes a tag away, and what stood for it when nothing else does', async () => {
    const { digest } = await push(name('gone:1'));
    await push(name('gone:2'));
    await actions.deleteTag(name('gone:1'), digest, never);
    await expect(actions.deleteTag(name('gone:1'), digest, never)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await skopeoRaw(name('gone:2'))).toContain('manifests');
  });

  it('keeps what has moved, and what other tags need', async () => {
    const mark = randomUUID();
    const { digest, manifests } = await push(name('need:1'), { mark });
    await push(name('need:2'), { mark });
    await expect(actions.deleteTag(name('need:1'), digestOf('x'), never)).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(actions.deleteTag(name('need:1'), digest, never)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('2 would be lost') as string,
    });
    // A tag of one of an index's manifests.
    const only = { source: from(name('need:1')).source, platforms: ['linux/amd64'] };
    await finish(
      actions.copy({ ...only, target: { kind: 'registry', reference: name('need:amd64') } }, never),
    );
    await expect(actions.deleteTag(name('need:amd64'), manifests[0]!, never)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(digestOf(await skopeoRaw(name('need:1')))).toBe(digest);
  });

  it('says when there is no login', async () => {
    const nobody = new RegistryClient({ credentials: { credentials: async () => undefined } });
    const anonymous = new ImageActions({ images, registries: nobody, chooseArchive: async () => undefined });
    for (const host of [basic, bearer]) {
      await expect(anonymous.deleteTag(name('x:1', host), digestOf(''), never)).rejects.toMatchObject({
        code: 'registry-denied',
      });
    }
  });
});

/** Copies all of an image into a folder with skopeo, which checks every digest. */
async function copyOut(reference: string, multiArch: 'all'): Promise<void> {
  const to = join(folder, randomUUID());
  const auth = ['--src-tls-verify=false', '--src-authfile', join(folder, 'docker', 'config.json')];
  const args = [
    'copy',
    '--insecure-policy',
    '--multi-arch',
    multiArch,
    ...auth,
    `docker://${reference}`,
    `dir:${to}`,
  ];
  await run('skopeo', args);
  expect(JSON.parse(await readFile(join(to, 'manifest.json'), 'utf8'))).toHaveProperty('manifests');
}
