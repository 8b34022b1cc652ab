import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { inBlocks, tarEnd, tarHeader } from '../../electron/images/layers/testing/tarFile';
import { RegistryClient } from '../../electron/images/registry/registryClient';
import type { RegistryRepository } from '../../electron/images/registry/registryRepository';
import type { FileColumn } from '../../shared/contract';

/** A layer to be made: files of random bytes, in folders. */
export interface LayerRecipe {
  /** Decides the bytes: the same seed makes the same ones. */
  seed: string;
  files: number;
  /** Of each file. */
  bytes: number;
  /** Random bits in each byte: nothing compresses 8, and 4 become half as many bytes. */
  bitsPerByte: 4 | 8;
  /** Whether to let gzip look for what it can compress; without, which is quick, it stores random bytes as they are. */
  compress: boolean;
  /** Files in which the first byte is another one. */
  isChanged?: (file: number) => boolean;
  /** Files that are left out. */
  isMissing?: (file: number) => boolean;
}

/** An image to be made: layers by platform, such as `linux/amd64`. */
export interface ImageRecipe {
  name: string;
  platforms: Readonly<Record<string, readonly LayerRecipe[]>>;
}

/** A layer in the registry. */
export type BenchLayer = FileColumn['layers'][number] & { diffId: string; /** Folders too. */ paths: number };

/** An image in the registry. */
export interface BenchImage {
  /** Such as `localhost:5000/bench/big:latest`. */
  reference: string;
  /** Where a layer's bytes are to be had. */
  blobUrl(layer: BenchLayer): string;
  platforms: readonly { platform: string; layers: readonly BenchLayer[] }[];
}

const pieceBytes = 1024 * 1024;
const filesPerFolder = 100;
const extensions = ['so', 'js', 'py', 'txt', 'h', 'png', 'json', 'md'];
const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const never = new AbortController().signal;

/** How many bytes an image's layers have, about. */
export function sizeOf({ platforms }: ImageRecipe): number {
  return Object.values(platforms)
    .flat()
    .reduce((sum, { files, bytes }) => sum + files * bytes, 0);
}

/** Makes an image, which never is on the disk but in the registry. @param host of a registry without login */
export async function pushImage(host: string, { name, platforms }: ImageRecipe): Promise<BenchImage> {
  const path = `bench/${name}`;
  const client = new RegistryClient({ credentials: { credentials: async () => undefined } });
  const repository = client.repository({ domain: host, path }, 'pull,push');
  const made: { platform: string; layers: readonly BenchLayer[] }[] = [];
  const manifests: unknown[] = [];
  for (const [platform, recipes] of Object.entries(platforms)) {
    const layers: BenchLayer[] = [];
    for (const recipe of recipes) layers.push(await pushLayer(repository, recipe));
    made.push({ platform, layers });
    manifests.push(await pushManifest(repository, platform, layers));
  }
  const index = asJson({ schemaVersion: 2, mediaType: types.index, manifests });
  await repository.putManifest('latest', { bytes: index, mediaType: types.index }, never);
  return {
    reference: `${host}/${path}:latest`,
    blobUrl: ({ digest }) => `http://${host}/v2/${path}/blobs/${digest}`,
    platforms: made,
  };
}

async function pushLayer(repository: RegistryRepository, recipe: LayerRecipe): Promise<BenchLayer> {
  // Made twice, because its digest has to be known before it is sent.
  const [uncompressed, compressed] = [createHash('sha256'), createHash('sha256')];
  const hashed = function* (): Generator<Buffer> {
    for (const piece of tarOf(recipe)) {
      uncompressed.update(piece);
      yield piece;
    }
  };
  let size = 0;
  for await (const piece of gzipped(hashed(), recipe)) {
    compressed.update(piece);
    size += piece.length;
  }
  const digest = `sha256:${compressed.digest('hex')}`;
  await repository.uploadBlob({ digest, size, open: () => gzipped(tarOf(recipe), recipe) }, {}, never);
  return {
    digest,
    size,
    diffId: `sha256:${uncompressed.digest('hex')}`,
    mediaType: types.layer,
    paths: pathsOf(recipe),
  };
}

/** @returns its descriptor in an index */
async function pushManifest(
  repository: RegistryRepository,
  platform: string,
  layers: readonly BenchLayer[],
): Promise<unknown> {
  const [os, architecture, variant] = platform.split('/');
  const machine = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  const config = asJson({
    ...machine,
    config: { Env: ['PATH=/usr/bin'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map((_, at) => ({ created_by: `COPY part-${at} /` })),
  });
  const described = { digest: digestOf(config), size: config.length };
  await repository.uploadBlob({ ...described, open: () => Readable.from([config]) }, {}, never);
  const manifest = asJson({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, ...described },
    layers: layers.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
  });
  const digest = digestOf(manifest);
  await repository.putManifest(digest, { bytes: manifest, mediaType: types.manifest }, never);
  return { mediaType: types.manifest, digest, size: manifest.length, platform: machine };
}

function gzipped(tar: Iterable<Buffer>, { compress }: LayerRecipe): AsyncIterable<Buffer> {
  const source = Readable.from(tar, { highWaterMark: 1 });
  const gzip = createGzip({ level: compress ? 1 : 0, chunkSize: pieceBytes });
  source.once('error', (error) => gzip.destroy(error));
  return source.pipe(gzip);
}

/** A layer's archive in pieces. */
function* tarOf(recipe: LayerRecipe): Generator<Buffer> {
  const key = createHash('sha256').update(recipe.seed).digest().subarray(0, 16);
  const random = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(pieceBytes);
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  const eightBits = (bytes: number): Buffer => random.update(zeros.subarray(0, bytes));
  const fourBits = (bytes: number): Buffer =>
    Buffer.from(
      eightBits(Math.ceil(bytes / 2))
        .toString('hex')
        .slice(0, bytes),
      'latin1',
    );
  for (const block of blocksOf(recipe, recipe.bitsPerByte === 8 ? eightBits : fourBits)) {
    gathered.push(block);
    gatheredBytes += block.length;
    if (gatheredBytes < pieceBytes) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    gatheredBytes = 0;
  }
  yield Buffer.concat([...gathered, tarEnd]);
}

function* blocksOf(recipe: LayerRecipe, random: (bytes: number) => Buffer): Generator<Buffer> {
  for (let file = 0; file < recipe.files; file++) {
    if (file % filesPerFolder === 0) yield tarHeader(`${folderOf(file)}/`, { type: '5' });
    const isMissing = recipe.isMissing?.(file) === true;
    if (!isMissing) yield tarHeader(nameOf(file), { size: recipe.bytes });
    for (let left = recipe.bytes; left > 0; left -= pieceBytes) {
      // Made for missing files too, so that those after them have the same content.
      const content = random(Math.min(left, pieceBytes));
      if (left === recipe.bytes && recipe.isChanged?.(file) === true) content[0]! ^= 0xff;
      if (!isMissing) yield left > pieceBytes ? content : inBlocks(content);
    }
  }
}

function folderOf(file: number): string {
  return `usr/share/part-${String(Math.floor(file / filesPerFolder)).padStart(4, '0')}`;
}

function nameOf(file: number): string {
  return `${folderOf(file)}/item-${String(file).padStart(6, '0')}.${extensions[file % extensions.length]}`;
}

function pathsOf({ files, isMissing }: LayerRecipe): number {
  let missing = 0;
  for (let file = 0; file < files; file++) if (isMissing?.(file) === true) missing++;
  return files - missing + Math.ceil(files / filesPerFolder);
}

function asJson(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document));
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
