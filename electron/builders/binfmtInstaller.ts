import { randomBytes } from 'node:crypto';
import { StudioError } from '../../shared/contract';
import { formatPlatform, parsePlatform } from '../../shared/model/platform';
import type { CredentialProvider } from '../buildkit';
import {
  containerLog,
  createContainer,
  hasImage,
  pullImage,
  removeContainer,
  startContainer,
  waitForContainer,
  type DockerEngine,
} from '../docker';
import type { BootProgress, EmulationInstaller } from './driver';
import { loginFrom } from './registryLogin';
import { timeLimit } from '../system/timeLimit';

/** The image that everybody registers QEMU with (buildx driver/bkimage). */
const binfmtImage = 'tonistiigi/binfmt';
/** What it calls architectures that it has emulators for. */
const architectures: readonly string[] = [
  ...['amd64', '386', 'arm64', 'arm', 'riscv64', 'ppc64le', 's390x', 'mips64le', 'mips64', 'loong64'],
];
const cleanUpMs = 15_000;

/** Installs emulators with a privileged container on an engine's machine. */
export function binfmtInstaller(
  engine: DockerEngine,
  credentials: CredentialProvider | undefined,
): EmulationInstaller {
  return {
    async install(platforms, progress, signal) {
      const names = [...new Set(platforms.map(architectureOf))].join(',');
      await provideImage(engine, names, credentials, progress, signal);
      progress(`installing emulators for ${names}`);
      await runBinfmt(engine, names, signal);
    },
  };
}

/** @throws StudioError `platform-unsupported` where there is no emulator */
function architectureOf(platform: string): string {
  const parsed = parsePlatform(platform);
  if (parsed.ok && parsed.value.os === 'linux' && architectures.includes(parsed.value.architecture)) {
    return parsed.value.architecture;
  }
  const name = parsed.ok ? formatPlatform(parsed.value) : platform;
  throw new StudioError({
    code: 'platform-unsupported',
    message: `There is no emulator for ${name}.`,
    hint: `Emulators exist for Linux on ${architectures.join(', ')}. Add a node that runs ${name} by itself.`,
    details: { subject: name },
  });
}

async function provideImage(
  engine: DockerEngine,
  names: string,
  credentials: CredentialProvider | undefined,
  progress: BootProgress,
  signal: AbortSignal,
): Promise<void> {
  try {
    await pullImage(engine, binfmtImage, { login: loginFrom(credentials), progress, signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof StudioError && cause.code === 'builder-unreachable') throw cause;
    if (await hasImage(engine, binfmtImage, signal)) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StudioError(
      {
        code: cause instanceof StudioError ? cause.code : 'builder-unavailable',
        message: `Emulators can’t be installed: ${reason}`,
        hint: `Run on the engine’s machine, once it can get the image: ${byHand(names)}`,
        details: { subject: binfmtImage, cause: reason },
      },
      { cause },
    );
  }
}

async function runBinfmt(engine: DockerEngine, names: string, signal: AbortSignal): Promise<void> {
  const container = `manifold-binfmt-${randomBytes(4).toString('hex')}`;
  const config = { Image: binfmtImage, Cmd: ['--install', names], HostConfig: { Privileged: true } };
  try {
    await createContainer(engine, container, config, signal);
    await startContainer(engine, container, signal);
    const status = await waitForContainer(engine, container, signal);
    const output = await containerLog(engine, container, signal);
    const refused = output.filter(
      (line) => /^installing: /.test(line) && !/ (OK|.*(?:exists|already registered))$/.test(line),
    );
    if (status === 0 && refused.length === 0) return;
    throw new StudioError({
      code: 'builder-unavailable',
      message: `Emulators can’t be installed: ${refused[0] ?? `${binfmtImage} ended with status ${status}`}.`,
      hint: `Try it by hand, on the engine’s machine: ${byHand(names)}`,
      details: { lastOutput: output },
    });
  } finally {
    await removeContainer(engine, container, timeLimit(cleanUpMs));
  }
}

function byHand(names: string): string {
  return `docker run --privileged --rm ${binfmtImage} --install ${names}`;
}
