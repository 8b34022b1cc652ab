import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ImageDescriptor } from '../../../shared/contract';
import { parseReference, type ImageReference } from '../../../shared/model/reference';
import type { OpenImage } from '../openImage';
import { RegistryClient } from '../registry/registryClient';
import { readTree } from '../inspect/tree';
import { ImageActions } from './imageActions';
import { contentsOf } from './imageContents';
import { deleteTag } from './deleteTag';
import { inParallel } from './inParallel';
import { composeIndex } from './newIndex';
import { indexBytes, parseOciDocument } from './ociDocuments';
import { transferItems } from './transferProgress';

const never = new AbortController().signal;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const digestOf = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** An image in memory that begins with the last document. */
function imageOf(documents: readonly object[], referrers: readonly ImageDescriptor[] = []): OpenImage {
  const all = documents.map((document) => Buffer.from(JSON.stringify(document)));
  const root = all.at(-1)!;
  return {
    source: { kind: 'registry', reference: 'r.example/a:1' },
    name: 'r.example/a:1',
    root: { digest: digestOf(root), mediaType: indexType, size: root.length },
    read: async (digest) => {
      const found = all.find((bytes) => digestOf(bytes) === digest);
      if (found === undefined) throw new Error(`No ${digest}.`);
      return found;
    },
    stream: () => expect.unreachable(),
    referrers: async () => ({ foundBy: 'api', referrers: [...referrers] }),
  };
}

const manifest = (digest: string, architecture: string) => ({
  mediaType: manifestType,
  digest,
  size: 1,
  platform: { architecture, os: 'linux' },
});
const asItIs = { preferManifest: false, annotations: {}, descriptorAnnotations: [] };

describe('composeIndex', () => {
  it('takes attestations in that are stored as referrers, one for each image that has none', async () => {
    const [amd64, arm64] = [manifest(digestOf('1'), 'amd64'), manifest(digestOf('2'), 'arm64')];
    const attached = {
      ...manifest(digestOf('3'), 'unknown'),
      platform: { architecture: 'unknown', os: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': arm64.digest,
      },
    };
    const index = { schemaVersion: 2, mediaType: indexType, manifests: [amd64, arm64, attached] };
    const artifactType = 'application/vnd.docker.attestation.manifest.v1+json';
    const referrers = [
      { mediaType: manifestType, digest: digestOf('sig'), size: 5, artifactType: 'application/sig' },
      { mediaType: manifestType, digest: digestOf('att'), size: 6, artifactType },
      { mediaType: manifestType, digest: digestOf('more'), size: 7, artifactType },
    ];
    const { bytes, manifests } = await composeIndex([{ image: imageOf([index], referrers) }], asItIs, never);
    expect(manifests.map(({ digest }) => digest)).toEqual([
      amd64.digest,
      arm64.digest,
      attached.digest,
      digestOf('att'),
    ]);
    expect(parseOciDocument(bytes, { digest: 'x' }).document.manifests!.at(-1)).toEqual({
      mediaType: manifestType,
      digest: digestOf('att'),
      size: 6,
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': amd64.digest,
      },
      platform: { architecture: 'unknown', os: 'unknown' },
    });
  });

  it.each(['no JSON', '[]', '{"manifests":[{"digest":1}]}', '{"config":{"digest":"x","size":-1}}'])(
    'says that %s is no manifest',
    async (text) => {
      const image: OpenImage = { ...imageOf([{}]), read: async () => Buffer.from(text) };
      await expect(composeIndex([{ image }], asItIs, never)).rejects.toMatchObject({ name: 'ImageError' });
    },
  );
});

describe('contentsOf', () => {
  it('ends where documents name each other in circles, as only a lying source can have them', async () => {
    const [one, two] = [digestOf('one'), digestOf('two')];
    const index = (digest: string) => ({ manifests: [{ mediaType: indexType, digest, size: 1 }] });
    const image: OpenImage = {
      ...imageOf([{}]),
      read: async (digest) => Buffer.from(JSON.stringify(index(digest === one ? two : one))),
    };
    const { manifests } = await contentsOf([{ digest: one, mediaType: indexType, image }], never);
    expect(manifests.map(({ digest }) => digest)).toEqual([two, one]);
  });

  it('refuses an index of more manifests than anybody can want', async () => {
    const manifests = Array.from({ length: 1001 }, (_unused, index) =>
      manifest(digestOf(`${index}`), 'amd64'),
    );
    const image = imageOf([{ schemaVersion: 2, mediaType: indexType, manifests }]);
    const { digest, mediaType } = image.root;
    await expect(contentsOf([{ digest, mediaType, image }], never)).rejects.toThrow(
      'more than 1000 manifests',
    );
  });
});

describe('a document that is an index and a manifest at once', () => {
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf('layer'), size: 1 };
  const part = manifest(digestOf('part'), 'amd64');
  const ambiguous: [title: string, document: object][] = [
    ['without a type', { manifests: [part], config: layer, layers: [layer] }],
    ['called an index', { mediaType: indexType, manifests: [part], layers: [layer] }],
    ['called a manifest', { mediaType: manifestType, manifests: [part], config: layer, layers: [layer] }],
    ['of an index’s fields, called a manifest', { mediaType: manifestType, manifests: [part] }],
    ['of a manifest’s fields, called an index', { mediaType: indexType, config: layer, layers: [layer] }],
  ];
  const actionsOn = (image: OpenImage): ImageActions =>
    new ImageActions({
      images: { use: (_source, work) => work(image) },
      registries: new RegistryClient({ credentials: { credentials: async () => undefined } }),
      chooseArchive: async () => '/never/written.tar',
    });
  const refusedIn = (image: OpenImage) => ({
    copied: async () => {
      const copying = actionsOn(image).copy({ source: image.source, target: { kind: 'archive' } }, never);
      for await (const item of copying) expect(item.type).toBe('progress');
    },
    composed: () => composeIndex([{ image }, { image }], asItIs, never),
    inspected: () => readTree(image, never),
  });

  it.each(ambiguous)(
    'is refused when it is inspected, copied, or put into an index: one %s',
    async (_title, document) => {
      const { copied, composed, inspected } = refusedIn(imageOf([document]));
      await expect(copied()).rejects.toMatchObject({ code: 'image-invalid' });
      await expect(composed()).rejects.toMatchObject({ name: 'ImageError' });
      await expect(inspected()).rejects.toMatchObject({ name: 'ImageError' });
    },
  );

  it.each(ambiguous)('is refused also as part of an index: one %s', async (_title, document) => {
    const text = JSON.stringify(document);
    const listed = { ...manifest(digestOf(text), 'amd64'), size: text.length };
    const image = imageOf([document, { schemaVersion: 2, mediaType: indexType, manifests: [listed] }]);
    const { copied, inspected } = refusedIn(image);
    await expect(copied()).rejects.toMatchObject({ code: 'image-invalid' });
    expect(await inspected()).toMatchObject({
      children: [{ type: 'unknown', problem: { code: 'image-invalid' } }],
    });
  });
});

describe('indexBytes', () => {
  it('writes what it reads', () => {
    // zod leaves this one out of records, for safety's sake.
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => key !== '__proto__');
    const map = fc.dictionary(text, fc.string({ unit: 'grapheme' }));
    const descriptor = fc.record({
      mediaType: fc.string(),
      digest: fc.string({ minLength: 1 }),
      size: fc.nat(),
      annotations: fc.option(
        map.filter((each) => Object.keys(each).length > 0),
        { nil: undefined },
      ),
      platform: fc.option(fc.record({ architecture: fc.string(), os: fc.string() }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(descriptor), (manifests) => {
        const bytes = indexBytes({ mediaType: indexType, manifests: manifests });
        const read = parseOciDocument(bytes, { digest: 'x' }).document.manifests ?? [];
        expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(manifests)));
        expect(Buffer.from(bytes).toString()).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });
});

describe('inParallel', () => {
  it('does all of it, no more at once than it may', async () => {
    let [running, most] = [0, 0];
    const done: number[] = [];
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, never, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      done.push(item);
    });
    expect([most, done.sort()]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
  });

  it('stops the others when one fails, and begins nothing more', async () => {
    const begun: number[] = [];
    const work = inParallel([1, 2, 3, 4], 2, never, async (item, signal) => {
      begun.push(item);
      if (item === 1) throw new Error('first');
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('second'))),
      );
    });
    await expect(work).rejects.toThrow('first');
    expect(begun).toEqual([1, 2]);
  });
});

describe('transferItems', () => {
  it('stops the work when the stream is left, and waits until it has stopped', async () => {
    let stopped = false;
    const items = transferItems(async (meter, signal) => {
      meter.expect(10);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, 20));
      stopped = true;
      throw new Error('stopped');
    }, never);
    for await (const item of items) {
      expect(item).toEqual({ type: 'progress', transferredBytes: 0, presentBytes: 0, totalBytes: 10 });
      break;
    }
    expect(stopped).toBe(true);
  });
});

describe('deleteTag', () => {
  const servers: http.Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  /** A registry that deletes single tags, or nothing at all: Debian's does neither. */
  async function registry(deleting: 'tags' | 'nothing') {
    const deleted: string[] = [];
    const server = http.createServer((request, response) => {
      const answer = {
        'docker-content-digest': digestOf('m'),
        'content-type': indexType,
        'content-length': '1',
      };
      if (request.method === 'DELETE') {
        if (deleting === 'tags') deleted.push(request.url!);
        response.writeHead(deleting === 'tags' ? 202 : 405).end();
      } else if (request.url!.includes('tags/list')) response.end('{"tags":["1"]}');
      else response.writeHead(200, answer).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const parsed = parseReference(`127.0.0.1:${(server.address() as AddressInfo).port}/a:1`);
    if (!parsed.ok) throw new Error('No reference.');
    const client = new RegistryClient({ credentials: { credentials: async () => undefined } });
    return { deleted, reference: parsed.value, repository: client.repository(parsed.value, 'pull,push') };
  }

  it('takes the tag only, where the registry can', async () => {
    const { deleted, reference, repository } = await registry('tags');
    await deleteTag(repository, reference, digestOf('m'), never);
    expect(deleted).toEqual(['/v2/a/manifests/1']);
  });

  it('says when the registry does not allow it', async () => {
    const { reference, repository } = await registry('nothing');
    await expect(deleteTag(repository, reference, digestOf('m'), never)).rejects.toMatchObject({
      code: 'registry-denied',
      message: expect.stringContaining('does not allow deleting') as string,
    });
    const byDigest: ImageReference = { ...reference, digest: digestOf('m') };
    await expect(deleteTag(repository, byDigest, digestOf('m'), never)).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
});
