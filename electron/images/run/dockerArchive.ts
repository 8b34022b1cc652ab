import { mkdir, open, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ManifestNode } from '../../../shared/contract';
import type { OpenImage } from '../openImage';
import { ImageError } from '../document';
import { maxManifestBytes } from '../resultImage';
import { TarWriter } from '../tarWriter';

/**
 * Writes one platform of an image as `docker save` would, for engines to load: any engine takes its layers compressed as
 * they are.
 *
 * @param tag what the engine is to call it, such as `hello:1`
 * @param folder where the archive is put; made when it is missing
 * @returns the archive's path; it is the caller's to remove
 * @throws BlobError when something is damaged, ImageError for what is no image, the file system's error, or the signal's
 *   reason. Nothing is left then.
 */
export async function writeDockerArchive(
  image: OpenImage,
  manifest: ManifestNode,
  tag: string,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const { config, layers } = manifest;
  if (config === undefined) throw new ImageError(`${manifest.descriptor.digest} has no config to run it by.`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `run-${randomBytes(8).toString('hex')}.tar`);
  const file = await open(path, 'wx', 0o600);
  try {
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
    await file.close();
    return path;
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
}
