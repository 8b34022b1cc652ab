import type { FileHandle } from 'node:fs/promises';
import type { ManifestNode } from '../../../shared/contract';
import { ImageError } from '../document';
import type { OpenImage } from '../openImage';
import { maxManifestBytes } from '../resultImage';
import { TarWriter } from '../tar/tarWriter';

/**
 * Writes one platform of an image as `docker save` would, for engines to load: any engine takes its layers compressed as
 * they are.
 *
 * @param tag what the engine is to call it, such as `hello:1`
 * @param file empty; it stays open
 * @throws BlobError when something is damaged, ImageError for what is no image, the file system's error, or the signal's
 *   reason
 */
export async function writeDockerArchive(
  image: OpenImage,
  manifest: ManifestNode,
  tag: string,
  file: FileHandle,
  signal: AbortSignal,
): Promise<void> {
  const { config, layers } = manifest;
  if (config === undefined) throw new ImageError(`${manifest.descriptor.digest} has no config to run it by.`);
  const writer = new TarWriter(file);
  const place = (digest: string): string => digest.replace(/^[^:]*:/, '');
  const bytes = await image.read(config.digest, { maxBytes: maxManifestBytes, signal });
  await writer.add(`${place(config.digest)}.json`, bytes.length, [bytes]);
  const added = new Set<string>();
  for (const { digest, size, urls } of layers) {
    if (added.has(digest)) continue;
    added.add(digest);
    await writer.add(`${place(digest)}.tar`, size, image.stream({ digest, size, urls }, signal));
  }
  const listing = Buffer.from(
    JSON.stringify([
      {
        Config: `${place(config.digest)}.json`,
        RepoTags: [tag],
        Layers: layers.map(({ digest }) => `${place(digest)}.tar`),
      },
    ]),
    'utf8',
  );
  await writer.add('manifest.json', listing.length, [listing]);
  await writer.end();
}
