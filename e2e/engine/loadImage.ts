import { rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../scripts/setup/command.mjs';
import type { Binaries } from './binaries';
import { askDocker } from './dockerApi';
import type { DockerEngine } from './dockerEngine';
import { temporaryFolder } from './temporaryFolder';

/**
 * Puts an image of a registry into an engine that can't pull it from there.
 * @param registry host of a registry over plain HTTP
 * @param name in the registry and in the engine, with its tag, e.g. `moby/buildkit:buildx-stable-1`
 */
export async function loadImage(
  engine: Pick<DockerEngine, 'socketPath'>,
  binaries: Pick<Binaries, 'skopeo'>,
  registry: string,
  name: string,
): Promise<void> {
  const folder = await temporaryFolder('image');
  try {
    const file = path.join(folder, 'image.tar');
    await run(binaries.skopeo, [
      ...['copy', '--src-tls-verify=false'],
      ...[`docker://${registry}/${name}`, `docker-archive:${file}:${name}`],
    ]);
    const answer = await askDocker(engine.socketPath, 'POST /images/load', { file });
    // Failures while it reads come inside an answer that began well.
    if (answer.includes('"errorDetail"')) throw new Error(`${name} couldn't be loaded: ${answer.trim()}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
