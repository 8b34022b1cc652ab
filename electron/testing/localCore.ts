import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Builds } from '../builds';
import { testEngine } from './engine';
import { never, testBuilds, type TestBuilds } from './testBuilds';

/** A core whose builder `local` starts a daemon of its own, with the engine's registry in place of docker.io. */
export async function localCore(folder: string, project: string): Promise<TestBuilds> {
  const { buildkitAddress, buildkitd, registryHost } = testEngine();
  const config = join(folder, 'buildkitd.toml');
  await writeFile(
    config,
    `[registry."docker.io"]\nmirrors = ["${registryHost}"]\n[registry."${registryHost}"]\nhttp = true\n`,
  );
  const env = {
    PATH: process.env['PATH'] ?? '',
    MANIFOLD_BUILDKITD: buildkitd,
    MANIFOLD_BUILDKITD_CONFIG: config,
  };
  return testBuilds(buildkitAddress, project, undefined, { folder, env });
}

/** Resolves when a step of the build has printed something. */
export async function hasBegun(builds: Builds, id: string): Promise<void> {
  for await (const item of builds.progress(id, never)) {
    if (item.type === 'snapshot') {
      if (Object.values(item.progress.steps).some(({ logLines }) => logLines > 0)) return;
      continue;
    }
    if (item.events.some((event) => event.type === 'status' && event.logged.length > 0)) return;
  }
}
