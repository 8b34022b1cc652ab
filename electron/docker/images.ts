import type Docker from 'dockerode';
import type { ImageInspectOptions } from 'dockerode';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { StudioError } from '../../shared/contract';
import { abortable, type DockerEngine } from './engine';
import { refusedStatus } from './engineError';
import { engineMessages } from './engineMessage';
import { PullProgress } from './pullProgress';
import {
  authOf,
  imageReference,
  registryFailure,
  type LoginFor,
  type RegistryPurpose,
} from './registryAccess';

export interface PullOptions {
  login: LoginFor;
  /** Called with what is being done, for people: `pulling busybox, 42 %`. */
  progress: (message: string) => void;
  signal: AbortSignal;
}

const purpose: RegistryPurpose = {
  words: 'pulled from',
  hints: {
    'registry-denied': 'Log in to the registry with docker login, or correct the image’s name.',
    'not-found': 'Correct the image’s name or tag.',
    'registry-unreachable':
      'Check the engine’s network and registry mirrors, or load the image into the engine by hand.',
  },
};

/** Whether the engine has the image. */
export async function hasImage(engine: DockerEngine, image: string, signal?: AbortSignal): Promise<boolean> {
  imageReference(image);
  try {
    const options = abortable(signal) as ImageInspectOptions;
    await engine.use((docker) => docker.getImage(image).inspect(options), signal);
    return true;
  } catch (error) {
    if (refusedStatus(error) === 404) return false;
    throw error;
  }
}

/**
 * Lets the engine pull an image.
 *
 * @throws StudioError `registry-denied`, `registry-unreachable` or `not-found` for what the registry is to blame for
 */
export async function pullImage(engine: DockerEngine, image: string, options: PullOptions): Promise<void> {
  const { domain, path, tag, digest } = imageReference(image);
  const { signal } = options;
  const login = await options.login(domain, signal);
  const source = { fromImage: `${domain}/${path}`, tag: digest ?? tag ?? 'latest', ...abortable(signal) };
  const progress = new PullProgress();
  const read = async (answer: NodeJS.ReadableStream): Promise<void> => {
    options.progress(`pulling ${image}`);
    for await (const message of engineMessages(answer as IncomingMessage)) {
      const percent = progress.percentAfter(message);
      if (percent !== undefined) options.progress(`pulling ${image}, ${percent} %`);
    }
  };
  const authconfig = login === undefined ? undefined : authOf(domain, login);
  try {
    await engine.use(async (docker) => read(await docker.createImage(authconfig as object, source)), signal);
  } catch (error) {
    throw registryFailure(image, domain, error, purpose);
  }
}

/**
 * Loads an archive into the engine's image store. When the archive itself breaks off, its error is thrown.
 *
 * @param archive Docker's, or with the containerd image store OCI's; destroyed when loading fails
 * @param progress called with what is being done, for people
 */
export async function loadImage(
  engine: DockerEngine,
  archive: Readable,
  progress: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const options = { quiet: false, ...abortable(signal) };
  try {
    await engine.use(async (docker) => {
      const answer = await docker.loadImage(archive, options);
      for await (const { stream, status } of engineMessages(answer as IncomingMessage)) {
        const words = (stream ?? status ?? '').trim();
        if (words !== '') progress(words);
      }
    }, signal);
  } catch (error) {
    const broken = archive.errored;
    archive.destroy();
    signal.throwIfAborted();
    // A lost connection breaks the archive off, too.
    if (broken !== null && !isCutOff(broken)) throw broken;
    throw error;
  }
}

function isCutOff(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** An image in an engine's store. Size in bytes. */
export interface StoredImage {
  id: string;
  references: string[];
  size: number;
  createdMs: number;
}

const storedImagesSchema = z.array(
  z.object({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Size: z.number(),
    Created: z.number(),
  }),
);

/** The images that the engine has, without the layers that only others are made of. */
export async function listImages(engine: DockerEngine, signal: AbortSignal): Promise<StoredImage[]> {
  const answer = await engine.use((docker) => docker.listImages(abortable(signal)), signal);
  return storedImagesSchema.parse(answer).map(({ Id, RepoTags, Size, Created }) => ({
    id: Id,
    references: (RepoTags ?? []).filter((name) => name !== '<none>:<none>'),
    size: Size,
    createdMs: Created * 1000,
  }));
}

/**
 * The ID of an image, which another image of the same name doesn't have.
 *
 * @param image a name, or an ID
 * @throws StudioError `not-found` when the engine has it not
 */
export async function imageId(engine: DockerEngine, image: string, signal: AbortSignal): Promise<string> {
  try {
    const options = abortable(signal) as ImageInspectOptions;
    return (await engine.use((docker) => docker.getImage(image).inspect(options), signal)).Id;
  } catch (error) {
    throw missingImage(engine, image, error);
  }
}

/**
 * Takes a name off an image; an image without one goes, unless something still needs it. One that is gone is no error.
 */
export async function removeImage(engine: DockerEngine, image: string, signal: AbortSignal): Promise<void> {
  imageReference(image);
  try {
    await engine.use((docker) => docker.getImage(image).remove(abortable(signal)), signal);
  } catch (error) {
    if (refusedStatus(error) !== 404) throw error;
  }
}

/**
 * Lets the engine write an image as an archive, as `docker save` does.
 *
 * @param keep reads the archive to its end; what it throws comes out as it is
 * @throws StudioError `not-found` when the engine has no such image
 */
export async function saveImage<T>(
  engine: DockerEngine,
  image: string,
  keep: (archive: Readable) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  // dockerode's own method takes no signal.
  const call = { method: 'GET', path: `/images/${image}/get`, isStream: true, ...abortable(signal) };
  const ask = ({ modem }: Docker): Promise<Readable> =>
    new Promise((resolve, reject) => {
      modem.dial(call, (error, answer) => {
        if (error) reject(error);
        else resolve(answer as Readable);
      });
    });
  try {
    return await engine.use(async (docker) => {
      const archive = await ask(docker);
      try {
        return await keep(archive);
      } finally {
        archive.destroy();
      }
    }, signal);
  } catch (error) {
    throw missingImage(engine, image, error);
  }
}

function missingImage(engine: DockerEngine, image: string, error: unknown): unknown {
  if (refusedStatus(error) !== 404) return error;
  return new StudioError(
    {
      code: 'not-found',
      message: `Docker (${engine.name}) has no image ${image}.`,
      hint: 'It may have been removed. Pull or load it again.',
      details: { subject: image },
    },
    { cause: error },
  );
}
