import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram, run } from '../../scripts/setup/command.mjs';
import type { Binaries } from './binaries';

/** The image that the driver `docker-container` runs when none is named, as buildx has it. */
export const BUILDKIT_IMAGE = 'moby/buildkit:buildx-stable-1';

/** Programs, paths, entrypoint and volume as in the published image. */
export const BUILDKIT_DOCKERFILE = `FROM busybox
COPY root /
ENTRYPOINT ["buildkitd"]
VOLUME /var/lib/buildkit
`;

/** Full paths of the libraries that a program is linked with, its loader included. */
async function librariesOf(program: string): Promise<string[]> {
  const listed = await run('ldd', [program]);
  return [...listed.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] as string);
}

/**
 * Puts what the image is made of into an empty folder: the pinned buildkitd and buildctl, and this machine's runc
 * with its libraries and certificate authorities.
 */
export async function fillBuildkitContext(binaries: Binaries, folder: string): Promise<void> {
  const runc = findProgram('runc');
  if (runc === undefined) throw new Error('runc is missing: install it by your package manager');
  const copies = new Map([
    [binaries.buildkitd, '/usr/bin/buildkitd'],
    [binaries.buildctl, '/usr/bin/buildctl'],
    [runc, '/usr/bin/buildkit-runc'],
    ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/ca-certificates.crt'],
  ]);
  for (const library of await librariesOf(runc)) copies.set(library, library);
  for (const [source, target] of copies) {
    const copy = path.join(folder, 'root', target);
    await mkdir(path.dirname(copy), { recursive: true });
    await copyFile(source, copy);
  }
  await writeFile(path.join(folder, 'Dockerfile'), BUILDKIT_DOCKERFILE);
}
