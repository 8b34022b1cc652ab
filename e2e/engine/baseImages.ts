import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cached } from '../../scripts/setup/cacheFolder.mjs';
import { run } from '../../scripts/setup/command.mjs';
import { step } from '../../scripts/setup/output.mjs';
import type { Binaries } from './binaries';
import { BINFMT_DOCKERFILE, BINFMT_IMAGE, BINFMT_TABLE, fillBinfmtContext } from './binfmtImage';
import { BUILDKIT_DOCKERFILE, BUILDKIT_IMAGE, fillBuildkitContext } from './buildkitImage';
import { startBuildkitd } from './buildkitd';
import { startRegistry } from './registry';

/** Debian's name of a processor and the one in image platforms. */
const PROCESSORS = [
  { debian: 'amd64', targetArch: 'amd64', platform: 'linux/amd64' },
  { debian: 'arm64', targetArch: 'arm64', platform: 'linux/arm64' },
  { debian: 'armhf', targetArch: 'arm', platform: 'linux/arm/v7' },
] as const;

const BUSYBOX = `FROM scratch
ARG TARGETARCH
COPY busybox-\${TARGETARCH} /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN mkdir -p /etc /root /tmp && chmod 1777 /tmp && \\
    echo 'root:x:0:0:root:/root:/bin/sh' > /etc/passwd && echo 'root:x:0:' > /etc/group
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["sh"]
`;

const FRONTEND = `FROM scratch
COPY dockerfile-frontend /bin/dockerfile-frontend
LABEL moby.buildkit.frontend.network.none="true"
LABEL moby.buildkit.frontend.caps="moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts"
ENTRYPOINT ["/bin/dockerfile-frontend"]
`;

/** Debian's static busybox for the three processors, with a package index of its own so the system's stays as it is. */
async function downloadBusybox(folder: string): Promise<void> {
  const state = path.join(folder, 'apt');
  const packages = path.join(folder, 'packages');
  for (const needed of ['lists/partial', 'cache/archives/partial']) {
    await mkdir(path.join(state, needed), { recursive: true });
  }
  await mkdir(packages);
  await writeFile(path.join(state, 'status'), '');
  const apt = (...args: string[]) =>
    run(
      'apt-get',
      [
        ...['-o', `Dir::State=${state}`, '-o', `Dir::State::lists=${path.join(state, 'lists')}`],
        ...[
          '-o',
          `Dir::State::status=${path.join(state, 'status')}`,
          '-o',
          `Dir::Cache=${path.join(state, 'cache')}`,
        ],
        ...['-o', 'Dir::Etc::sourceparts=/etc/apt/sources.list.d', '-o', 'APT::Sandbox::User=root'],
        ...PROCESSORS.flatMap(({ debian }) => ['-o', `APT::Architectures::=${debian}`]),
        ...args,
      ],
      { cwd: packages, env: { LC_ALL: 'C' } },
    );
  // One broken source among several is common, so its failure counts only if the packages can't be had either.
  const updateFailure = await apt('-qq', 'update').then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    await apt('download', ...PROCESSORS.map(({ debian }) => `busybox-static:${debian}`));
  } catch (error) {
    throw new Error("Debian's busybox-static couldn't be downloaded for all processors", {
      cause: updateFailure ?? error,
    });
  }
  for (const name of await readdir(packages)) {
    const processor = PROCESSORS.find(({ debian }) => name.endsWith(`_${debian}.deb`));
    if (processor === undefined) continue;
    const unpacked = path.join(folder, processor.debian);
    await run('dpkg-deb', ['-x', path.join(packages, name), unpacked]);
    await copyFile(
      path.join(unpacked, 'bin', 'busybox'),
      path.join(folder, `busybox-${processor.targetArch}`),
    );
  }
}

async function pushImage(
  binaries: Binaries,
  address: string,
  folder: string,
  reference: string,
  platforms: readonly string[],
): Promise<void> {
  await run(binaries.buildctl, [
    ...['--addr', address, 'build', '--progress=plain', '--frontend', 'dockerfile.v0'],
    ...['--local', `context=${folder}`, '--local', `dockerfile=${folder}`],
    ...(platforms.length === 0 ? [] : ['--opt', `platform=${platforms.join(',')}`]),
    ...['--output', `type=image,name=${reference},push=true,oci-mediatypes=true`],
  ]);
}

async function fillStorage(binaries: Binaries, storage: string, work: string): Promise<void> {
  const registry = await startRegistry({ folder: path.join(work, 'registry'), storage });
  const daemon = await startBuildkitd({ dockerHubMirror: registry.host });
  try {
    const busybox = path.join(work, 'busybox');
    await mkdir(busybox);
    await downloadBusybox(path.join(work, 'busybox'));
    await writeFile(path.join(busybox, '.dockerignore'), '*\n!busybox-*\n');
    await writeFile(path.join(busybox, 'Dockerfile'), BUSYBOX);
    const platforms = PROCESSORS.map(({ platform }) => platform);
    await pushImage(binaries, daemon.address, busybox, `${registry.host}/library/busybox:latest`, platforms);

    const frontend = path.join(work, 'frontend');
    await mkdir(frontend);
    await copyFile(binaries.dockerfileFrontend, path.join(frontend, 'dockerfile-frontend'));
    await chmod(path.join(frontend, 'dockerfile-frontend'), 0o755);
    await writeFile(path.join(frontend, 'Dockerfile'), FRONTEND);
    await pushImage(binaries, daemon.address, frontend, `${registry.host}/docker/dockerfile:1`, []);

    const engineImages = [
      { name: BUILDKIT_IMAGE, fill: (folder: string) => fillBuildkitContext(binaries, folder) },
      { name: BINFMT_IMAGE, fill: fillBinfmtContext },
    ];
    for (const { name, fill } of engineImages) {
      const context = path.join(work, path.dirname(name));
      await mkdir(context);
      await fill(context);
      await pushImage(binaries, daemon.address, context, `${registry.host}/${name}`, []);
    }
  } finally {
    await daemon.stop();
    await registry.stop();
  }
}

/**
 * A registry's storage with `library/busybox` (linux/amd64, linux/arm64, linux/arm/v7), `docker/dockerfile:1`,
 * `moby/buildkit:buildx-stable-1` and `tonistiigi/binfmt:latest`, made once and kept in the cache.
 * @returns the folder; copy it, don't run a registry on it
 */
export async function ensureBaseImages(binaries: Binaries): Promise<string> {
  const hash = createHash('sha256').update(BUSYBOX + FRONTEND + binaries.dockerfileFrontend);
  hash.update(BUILDKIT_DOCKERFILE + BINFMT_DOCKERFILE + BINFMT_TABLE);
  hash.update(await readFile(path.join(import.meta.dirname, 'binfmt.sh')));
  const name = path.join('engine', `base-images-${hash.digest('hex').slice(0, 12)}`);
  return step('Base images', async (progress) => {
    const { folder, made } = await cached(
      name,
      async (storage: string) => {
        progress('building busybox, the Dockerfile frontend, BuildKit and the emulators');
        const work = `${storage}.work`;
        try {
          await mkdir(work);
          await fillStorage(binaries, storage, work);
        } finally {
          await rm(work, { recursive: true, force: true });
        }
      },
      () => progress('another run is building them'),
    );
    return { summary: made ? `built into ${folder}` : folder, value: folder };
  });
}
