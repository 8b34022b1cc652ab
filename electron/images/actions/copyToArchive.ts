import { replaceFile } from '../../system/replaceFile';
import { OciArchiveWriter } from '../ociArchiveWriter';
import { ociIndex } from '../mediaTypes';
import { indexBytes, type OciDescriptor } from './ociDocuments';
import type { ImageContents } from './imageContents';
import type { TransferMeter } from './transferProgress';

/**
 * What an archive's `index.json` says of an image, with its name as BuildKit and containerd write it.
 *
 * @param name canonical, such as `docker.io/library/alpine:3.20`; absent for an image that nobody has named
 */
export function namedRoot(
  { digest, mediaType, size }: { readonly digest: string; readonly mediaType: string; readonly size: number },
  name: { readonly canonical: string; readonly tag: string } | undefined,
): OciDescriptor {
  const annotations =
    name === undefined
      ? undefined
      : { 'io.containerd.image.name': name.canonical, 'org.opencontainers.image.ref.name': name.tag };
  return { digest, mediaType, size, annotations };
}

/**
 * Writes an image into an OCI archive. It appears under its name when it is complete; nothing is left of one that could
 * not be completed.
 *
 * @param root what `index.json` names; one of the contents' manifests, with the annotations that give it its name
 * @param path absolute; replaced when it exists
 * @throws BlobError when something is damaged, the file system's error, what reading throws, or the signal's reason
 */
export async function writeArchive(
  root: OciDescriptor,
  { manifests, blobs }: ImageContents,
  path: string,
  meter: TransferMeter,
  signal: AbortSignal,
): Promise<void> {
  await replaceFile(path, async (file) => {
    const writer = new OciArchiveWriter(file);
    await writer.layout();
    for (const { digest, bytes } of manifests) {
      await writer.blob(digest, bytes.length, [bytes]);
      meter.done(digest, bytes.length, 'moved');
    }
    for (const { digest, size, urls, image } of blobs.values()) {
      const content = counted(image.stream({ digest, size, urls }, signal), (bytes) =>
        meter.moves(digest, bytes),
      );
      await writer.blob(digest, size, content);
      meter.done(digest, size, 'moved');
    }
    await writer.index(indexBytes({ mediaType: ociIndex, manifests: [root] }));
    await writer.end();
  });
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sum = 0;
  for await (const piece of source) {
    yield piece;
    onBytes((sum += piece.length));
  }
}
