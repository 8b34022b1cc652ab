import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { GrpcCode, GrpcError } from '../buildkit';
import { BlobError, checkDigest, checkSize, type BlobSource } from './blobSource';
import { daemonContent } from './daemonContent';
import { OciArchive } from './ociArchive';
import { readImage } from './resultImage';

const never = new AbortController().signal;
const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';

class Blobs implements BlobSource {
  readonly content = new Map<string, Buffer>();

  add(document: unknown): { digest: string; size: number } {
    const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document));
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    this.content.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  async read(digest: string, { maxBytes }: { maxBytes: number }): Promise<Uint8Array> {
    const bytes = this.content.get(digest);
    if (bytes === undefined) throw new BlobError('missing', digest, 'missing');
    checkSize(digest, bytes.length, maxBytes);
    checkDigest(digest, bytes);
    return bytes;
  }

  manifest(
    architecture: string,
    layers: number[],
    variant?: string,
  ): { mediaType: string; digest: string; size: number } {
    const config = this.add({ os: 'linux', architecture, ...(variant && { variant }) });
    const document = {
      schemaVersion: 2,
      mediaType: ociManifest,
      config,
      layers: layers.map((size) => ({ digest: `sha256:${String(size).padStart(64, '0')}`, size })),
    };
    return { mediaType: ociManifest, ...this.add(document) };
  }
}

describe('readImage', () => {
  it('reads an index and leaves attestations out', async () => {
    const blobs = new Blobs();
    const amd64 = blobs.manifest('amd64', [100, 20]);
    const arm = blobs.manifest('arm', [100], 'v7');
    const attestation = blobs.manifest('unknown', [7]);
    const unknown = { os: 'unknown', architecture: 'unknown' };
    const index = blobs.add({
      mediaType: ociIndex,
      manifests: [
        { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
        { ...arm, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
        {
          ...attestation,
          platform: unknown,
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
        },
        { ...blobs.manifest('x', []), platform: unknown },
      ],
    });
    const image = await readImage(blobs, index.digest, never);
    expect(image).toMatchObject({ digest: index.digest, mediaType: ociIndex });
    expect(image.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm/v7']);
    const config = blobs.content.get(image.platforms[0]!.configDigest!)!;
    expect(image.platforms[0]).toMatchObject({
      manifestDigest: amd64.digest,
      size: amd64.size + config.length + 120,
    });
    expect(image.platforms[0]!.layers.map(({ size }) => size)).toEqual([100, 20]);
  });

  it('asks the config for the platform of a single manifest', async () => {
    const blobs = new Blobs();
    const { digest } = blobs.manifest('arm64', [1], 'v8');
    expect(await readImage(blobs, digest, never)).toMatchObject({
      mediaType: ociManifest,
      platforms: [{ platform: 'linux/arm64' }],
    });
  });

  it('follows nested indexes and visits nothing twice', async () => {
    const blobs = new Blobs();
    const manifest = blobs.manifest('amd64', [1]);
    const inner = {
      mediaType: ociIndex,
      ...blobs.add({ mediaType: ociIndex, manifests: [manifest, manifest] }),
    };
    const outer = blobs.add({ mediaType: ociIndex, manifests: [inner, inner, manifest] });
    expect((await readImage(blobs, outer.digest, never)).platforms).toHaveLength(1);
  });

  it('does not follow a cycle', async () => {
    const self = `sha256:${'0'.repeat(64)}`;
    const source: BlobSource = {
      read: async () =>
        Buffer.from(JSON.stringify({ mediaType: ociIndex, manifests: [{ digest: self, size: 1 }] })),
    };
    expect((await readImage(source, self, never)).platforms).toEqual([]);
  });

  it('stops at too many manifests', async () => {
    let count = 0;
    const source: BlobSource = {
      read: async () =>
        Buffer.from(JSON.stringify({ manifests: [{ digest: `sha256:${++count}`, size: 1 }] })),
    };
    await expect(readImage(source, 'sha256:0', never)).rejects.toThrow('more than 1000');
  });

  it.each([
    [Buffer.from('not JSON'), 'no JSON'],
    [{ manifests: 'x' }, 'no image manifest'],
    [{ config: { digest: 'a', size: 1 } }, 'neither an image nor an index'],
  ])('refuses %j', async (document, words) => {
    const blobs = new Blobs();
    await expect(readImage(blobs, blobs.add(document).digest, never)).rejects.toThrow(words);
  });

  it('refuses manifests that are too large', async () => {
    const blobs = new Blobs();
    const { digest } = blobs.add({ layers: [], padding: 'x'.repeat(5 * 1024 * 1024) });
    await expect(readImage(blobs, digest, never)).rejects.toMatchObject({ reason: 'too-large' });
  });
});

describe('OciArchive', () => {
  it('reads blobs by digest and checks them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifold-oci-'));
    const good = createHash('sha256').update('good').digest('hex');
    const archive = pack();
    archive.entry({ name: `blobs/sha256/${good}` }, 'good');
    archive.entry({ name: `blobs/sha256/${'0'.repeat(64)}` }, 'bad');
    archive.finalize();
    const path = join(folder, 'x.tar');
    await writeFile(path, archive as unknown as Readable);
    const opened = await OciArchive.open(path);
    const read = (hex: string, maxBytes = 10) => opened.read(`sha256:${hex}`, { maxBytes });
    expect(Buffer.from(await read(good)).toString()).toBe('good');
    await expect(read('0'.repeat(64))).rejects.toMatchObject({ reason: 'corrupt' });
    await expect(read('1'.repeat(64))).rejects.toMatchObject({ reason: 'missing' });
    await expect(read(good, 3)).rejects.toMatchObject({ reason: 'too-large' });
    await opened.close();
    await rm(folder, { recursive: true });
  });
});

describe('daemonContent', () => {
  const digest = `sha256:${createHash('sha256').update('content').digest('hex')}`;
  const source = (parts: string[], error?: Error) =>
    daemonContent({
      async *readContent() {
        for (const part of parts) yield Buffer.from(part);
        if (error !== undefined) throw error;
      },
    });

  it('joins what the daemon sends, checks it and limits it', async () => {
    expect(Buffer.from(await source(['con', 'tent']).read(digest, { maxBytes: 7 })).toString()).toBe(
      'content',
    );
    await expect(source(['con', 'tent']).read(digest, { maxBytes: 6 })).rejects.toMatchObject({
      reason: 'too-large',
    });
    await expect(source(['other']).read(digest, { maxBytes: 9 })).rejects.toMatchObject({
      reason: 'corrupt',
    });
    const missing = new GrpcError(GrpcCode.NOT_FOUND, 'no such thing');
    await expect(source([], missing).read(digest, { maxBytes: 9 })).rejects.toMatchObject({
      reason: 'missing',
      cause: missing,
    });
    const lost = new GrpcError(GrpcCode.UNAVAILABLE, 'gone');
    await expect(source([], lost).read(digest, { maxBytes: 9 })).rejects.toBe(lost);
  });
});
