import { posix } from 'node:path';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { StudioError } from '../../../shared/contract';
import { daemonConfigFolder } from '../daemonFiles';

/** Where the archive is unpacked, inside the container. */
export const archiveTarget = posix.dirname(daemonConfigFolder);

/**
 * The archive of a daemon's configuration files, to be unpacked at {@link archiveTarget} (buildx
 * driver/docker-container/tar.go): all owned by root, readable by everybody.
 *
 * @throws StudioError `invalid-request` for a path that leads out of the configuration's folder
 */
export async function configArchive(files: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const paths = [...files.keys()].sort();
  const wrong = paths.find((path) => !isInside(path));
  if (wrong !== undefined) {
    throw new StudioError({
      code: 'invalid-request',
      message: `The builder’s configuration has a file at ${JSON.stringify(wrong)}, which is outside of its folder.`,
      hint: 'Make the builder again.',
      details: { subject: 'config' },
    });
  }
  const root = posix.basename(daemonConfigFolder);
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = posix.join(root, posix.dirname(path)); folder !== '.'; folder = posix.dirname(folder)) {
      folders.add(folder);
    }
  }
  const archive = pack();
  for (const folder of [...folders].sort()) {
    archive.entry({ name: `${folder}/`, type: 'directory', mode: 0o755 });
  }
  for (const path of paths) {
    archive.entry({ name: `${root}/${path}`, mode: 0o644 }, Buffer.from(files.get(path)!));
  }
  archive.finalize();
  return buffer(archive);
}

function isInside(path: string): boolean {
  return (
    !/[\\\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
