import { homedir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { loginFrom, type Builders } from '../builders';
import type { Builds } from '../builds';
import type { CredentialProvider } from '../buildkit';
import { createImages, type Images } from '../images';
import { ContentStore } from '../images/contentStore';
import { LayerFiles } from '../images/layers';
import { proxiesFrom } from '../images/registry/proxyEnvironment';
import { RegistryClient } from '../images/registry/registryClient';
import { defaultCertificateFolders } from '../images/registry/registryConfiguration';
import { openRegistryImage, registryReference } from '../images/registry/registryImage';
import { readRegistryTables, type RegistryTableFile } from '../images/registry/registryTables';
import { cacheFolder } from '../system/cacheFolder';
import type { CorruptFileReport } from '../system/jsonFile';
import type { Logger } from '../system/logger';

/** What is kept of registries' content, so that it need not be fetched twice. */
const maxStoredBytes = 10 * 1024 ** 3;

export interface ImagePartsOptions {
  /** Path of the bundled worker that reads layers. */
  worker: string;
  builds: Builds;
  builders: Builders;
  credentials: CredentialProvider;
  /** The app's data folder. */
  folder: string;
  onCorrupt: CorruptFileReport;
  logger: Logger;
}

/** What the studio needs to show images and to do something with them. */
export interface ImageParts {
  images: Images;
  registries: RegistryClient;
  layerFiles: LayerFiles;
}

/** Puts together what has to do with images, on this machine's folders and configuration. */
export function openImages(options: ImagePartsOptions): ImageParts {
  const { builds, builders, credentials, folder, onCorrupt, logger } = options;
  const cache = join(cacheFolder(process.env), 'images');
  const registries = new RegistryClient({
    credentials,
    certificateFolders: defaultCertificateFolders(process.env),
    proxyFor: proxiesFrom(process.env),
    tables: () => readRegistryTables(registryFiles(folder)),
  });
  let opened: Promise<ContentStore | undefined> | undefined;
  // Opening looks at every blob there is: not before somebody looks at an image.
  const contentStore = (): Promise<ContentStore | undefined> =>
    (opened ??= ContentStore.open({
      folder: join(cache, 'blobs'),
      maxBytes: maxStoredBytes,
      onProblem: (err) => logger.warn({ err }, 'content of images can’t be kept'),
    }).catch((err: unknown) => {
      // Without it everything is read anew each time.
      logger.error({ err }, 'the store of image content could not be opened');
      return undefined;
    }));
  const images = createImages({
    builds,
    builders,
    folder,
    spoolFolder: join(cache, 'spool'),
    openRegistry: async (reference, signal) => {
      const store = await contentStore();
      const storing = store === undefined ? {} : { contentStore: store };
      return openRegistryImage({ client: registries, ...storing }, reference, signal);
    },
    tags: async (reference, signal) => {
      const { tags } = await registries.repository(registryReference(reference), 'pull').tags(signal);
      return [...tags];
    },
    login: loginFrom(credentials),
    env: process.env,
    logger,
    onCorrupt,
  });
  const layerFiles = new LayerFiles({
    opener: images.opener,
    launchWorker: () => new Worker(options.worker),
    cacheFolder: join(cache, 'layers'),
    logger,
  });
  return { images, registries, layerFiles };
}

/** Where registries are set up: for Manifold's own builder, for a `buildkitd` of the system's, and for Docker. */
function registryFiles(userData: string): RegistryTableFile[] {
  const own =
    process.env['MANIFOLD_BUILDKITD_CONFIG'] || join(userData, 'builders', 'local', 'buildkitd.toml');
  const config = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  const docker = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker');
  return [
    ...[own, join(config, 'buildkit', 'buildkitd.toml'), '/etc/buildkit/buildkitd.toml'].map(
      (path) => ({ path, format: 'buildkitd.toml' }) as const,
    ),
    // Docker Desktop's, that of an engine without root, and that of one with it.
    ...[
      join(docker, 'daemon.json'),
      join(config, 'docker', 'daemon.json'),
      process.platform === 'win32'
        ? join(process.env['ProgramData'] ?? 'C:\\ProgramData', 'docker', 'config', 'daemon.json')
        : '/etc/docker/daemon.json',
    ].map((path) => ({ path, format: 'daemon.json' }) as const),
  ];
}
