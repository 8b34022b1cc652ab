/**
 * BuildKit's programs, and which builder the studio has to work with.
 */
import path from 'node:path';
import { cacheFolder } from './cacheFolder.mjs';
import { findProgram } from './command.mjs';
import { ensureGoPrograms } from './goTool.mjs';
import { reportFailure, say, step } from './output.mjs';

/** @type {import('./goTool.mjs').GoModule} */
const buildkitModule = {
  path: 'github.com/moby/buildkit',
  version: 'v0.32.2',
  sum: 'h1:Sfy7+u6dUv/2yuBc9KCoK70Re8atuV8aPZ5UOC068Vc=',
  packages: ['cmd/buildkitd', 'cmd/buildctl', 'frontend/dockerfile/cmd/dockerfile-frontend'],
  versionVariable: 'github.com/moby/buildkit/version.Version',
};

/** The newest release of buildx whose modules the public Go proxy serves. @type {import('./goTool.mjs').GoModule} */
const buildxModule = {
  path: 'github.com/docker/buildx',
  version: 'v0.37.2',
  sum: 'h1:6EYElyvQe7aPnp2yDmCLa4/0jXYs8dAHfWKVO6dsFwA=',
  packages: ['cmd/buildx'],
  versionVariable: 'github.com/docker/buildx/version.Version',
};

/** @typedef {{ buildkitd: string, buildctl: string, dockerfileFrontend: string }} BuildkitPrograms */

/**
 * The pinned BuildKit, compiled on first use; needs Linux.
 * @param {(doing: string) => void} [progress]
 * @returns {Promise<BuildkitPrograms & { summary: string }>} full paths, and where they come from
 */
export async function provideBuildkit(progress = () => {}) {
  const { folder, made } = await ensureGoPrograms(buildkitModule, progress);
  return {
    buildkitd: path.join(folder, 'buildkitd'),
    buildctl: path.join(folder, 'buildctl'),
    dockerfileFrontend: path.join(folder, 'dockerfile-frontend'),
    summary: made ? `compiled into ${folder}` : folder,
  };
}

/** As {@link provideBuildkit}, as a step of the set-up. @returns {Promise<BuildkitPrograms>} */
export function ensureBuildkit() {
  return step(`BuildKit ${buildkitModule.version}`, async (progress) => {
    const { summary, ...value } = await provideBuildkit(progress);
    return { summary, value };
  });
}

/**
 * The buildx that benchmarks measure against, compiled on first use.
 * @returns {Promise<string>} full path
 */
export async function ensureBuildx() {
  return step(`buildx ${buildxModule.version}`, async (progress) => {
    const { folder, made } = await ensureGoPrograms(buildxModule, progress);
    return { summary: made ? `compiled into ${folder}` : folder, value: path.join(folder, 'buildx') };
  });
}

/**
 * Says how to get a builder where the studio can't start one itself.
 * @param {string} [buildkitd] full path of the program, on Linux
 */
function adviseBuilder(buildkitd) {
  const image = `moby/buildkit:${buildkitModule.version}`;
  const container = 'docker run -d --name manifold-buildkit --privileged';
  say(
    '  The studio opens all the same. To give it a builder, start one and then the studio with its address:',
  );
  if (buildkitd !== undefined) {
    say(`    sudo ${buildkitd} --group $(id -g)`);
    say('    BUILDKIT_HOST=unix:///run/buildkit/buildkitd.sock npm start');
  } else if (process.platform === 'linux') {
    const folder = path.join(cacheFolder(), 'buildkit-socket');
    const socket = '--addr unix:///run/buildkit/buildkitd.sock --group $(id -g)';
    say(`    ${container} -v ${folder}:/run/buildkit ${image} ${socket}`);
    say(`    BUILDKIT_HOST=unix://${folder}/buildkitd.sock npm start`);
  } else {
    say(`    ${container} -p 127.0.0.1:1234:1234 ${image} --addr tcp://0.0.0.0:1234`);
    say('    BUILDKIT_HOST=tcp://127.0.0.1:1234 npm start');
  }
}

/**
 * Finds what can build here: the daemon that BUILDKIT_HOST names, a buildkitd on PATH, else the pinned one. Where
 * none can be started it says how to get one; the studio opens all the same.
 * @returns {Promise<{ buildkitd?: string, local: boolean }>} `buildkitd`: the program for the studio to start;
 *   `local`: whether builds run on this machine, so that emulation here matters
 */
export async function ensureBuilder() {
  const host = process.env['BUILDKIT_HOST'];
  if (host !== undefined && host !== '') {
    say(`Builder: the daemon of BUILDKIT_HOST, ${host}`);
    return { local: host.startsWith('unix:') };
  }
  if (process.platform !== 'linux') {
    say('Builder: none yet, buildkitd runs on Linux');
    adviseBuilder();
    return { local: false };
  }
  const mayStart = process.getuid?.() === 0 || findProgram('rootlesskit') !== undefined;
  const installed = findProgram('buildkitd');
  if (installed === undefined && !mayStart && findProgram('docker') !== undefined) {
    say('Builder: none yet, buildkitd takes root or rootlesskit');
    adviseBuilder();
    return { local: true };
  }
  try {
    const buildkitd = installed ?? (await ensureBuildkit()).buildkitd;
    if (installed !== undefined) say(`Builder: ${installed}`);
    if (!mayStart) {
      say('  buildkitd takes root or rootlesskit here.');
      adviseBuilder(buildkitd);
    }
    return { buildkitd, local: true };
  } catch (error) {
    reportFailure(error);
    say('  The studio opens without a builder; add one there, or set BUILDKIT_HOST and start again.');
    return { local: false };
  }
}
