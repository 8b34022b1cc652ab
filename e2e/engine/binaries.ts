import { ensureBuildkit, ensureBuildx } from '../../scripts/setup/buildkit.mjs';
import { findProgram } from '../../scripts/setup/command.mjs';
import { builderPackages, ensureDebianPackages, testPackages } from '../../scripts/setup/debianPackages.mjs';
import { ensureEmulation } from '../../scripts/setup/emulation.mjs';

/** Full paths of the programs that the engine and the tests run. */
export interface Binaries {
  readonly buildkitd: string;
  readonly buildctl: string;
  readonly dockerfileFrontend: string;
  readonly skopeo: string;
  /** Only where it was asked for: the peer of the benchmarks. */
  readonly buildx?: string;
}

/**
 * Installs or finds everything the engine is made of; quick when it's there.
 * @throws Error when this machine can't run the engine: it takes Linux and root
 */
export async function ensureBinaries(options: { readonly buildx?: boolean } = {}): Promise<Binaries> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(
      'The tests start a real buildkitd, which takes Linux and root: run them in a container or a virtual machine. ' +
        'Unit tests alone run anywhere: npx vitest run --project unit --project page',
    );
  }
  await ensureDebianPackages('Test packages', [...builderPackages, ...testPackages]);
  const programs = await ensureBuildkit();
  await ensureEmulation();
  const skopeo = findProgram('skopeo');
  if (skopeo === undefined) throw new Error('skopeo is missing: install it by your package manager');
  return { ...programs, skopeo, ...(options.buildx === true ? { buildx: await ensureBuildx() } : {}) };
}
