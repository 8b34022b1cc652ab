import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import type { CredentialProvider } from '../buildkit';
import type { Environment } from '../docker';
import { createImages, type Images, type ImagesOptions } from '../images';
import { RegistryClient } from '../images/registry/registryClient';
import { openRegistryImage, registryReference } from '../images/registry/registryImage';

/** The images' part of a core, on real registries and in a folder of its own. */
export interface TestImages extends Images {
  folder: string;
  dispose(): Promise<void>;
}

export interface TestImagesOptions extends Partial<Pick<ImagesOptions, 'builds' | 'builders'>> {
  credentials?: CredentialProvider;
  /** Where Docker is; nowhere by default. */
  env?: Environment;
}

export async function testImages(options: TestImagesOptions = {}): Promise<TestImages> {
  const folder = await mkdtemp(join(tmpdir(), 'manifold-images-'));
  const noBuilds = {
    list: () => [],
    get: () => Promise.reject(new Error('There are no builds.')),
  };
  const noBuilders = {
    get: () => undefined,
    reach: () => Promise.reject(new Error('There are no builders.')),
  };
  const client = new RegistryClient({
    credentials: options.credentials ?? { credentials: async () => undefined },
  });
  const images = createImages({
    builds: options.builds ?? noBuilds,
    builders: options.builders ?? noBuilders,
    folder,
    spoolFolder: join(folder, 'spool'),
    openRegistry: (reference, signal) => openRegistryImage({ client }, reference, signal),
    tags: async (reference, signal) => {
      const { tags } = await client.repository(registryReference(reference), 'pull').tags(signal);
      return [...tags];
    },
    login: async () => undefined,
    env: options.env ?? { DOCKER_HOST: `unix://${join(folder, 'no.sock')}`, DOCKER_CONFIG: folder },
    logger: pino({ level: 'silent' }),
    onCorrupt: ({ path }) => {
      throw new Error(`${path} was damaged.`);
    },
  });
  return {
    ...images,
    folder,
    async dispose() {
      await images.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a program to its end and returns what it printed. */
export async function printed(
  program: string,
  args: readonly string[],
  env: Environment = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    env: { ...process.env, ...env },
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}
