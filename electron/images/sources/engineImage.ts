import { StudioError, type EngineImage } from '../../../shared/contract';
import { familiarName, parseReference } from '../../../shared/model/reference';
import { DockerEngine, imageId, listImages, saveImage, listContexts, type Environment } from '../../docker';
import { imageError } from '../imageError';
import { TarFiles } from './archiveFiles';
import type { HeldImage } from './heldImage';
import { openFiles } from './openArchive';
import { spool } from './spool';

const maxImageBytes = 64 * 1024 ** 3;
const idPattern = /^(?:sha256:)?[a-f0-9]{12,64}$/;

export interface EngineSource {
  kind: 'engine';
  reference: string;
  context?: string | undefined;
}

/**
 * Opens an image of a Docker Engine's own store. The engine gives images as a whole only, so it is saved to the spool
 * folder first.
 *
 * @throws StudioError `not-found`, `builder-unreachable`, `builder-unavailable`, `disk-full`, `image-invalid`; or the
 *   signal's reason
 */
export async function openEngineImage(
  source: EngineSource,
  env: Environment,
  spoolFolder: string,
  signal: AbortSignal,
): Promise<HeldImage> {
  const engine = new DockerEngine(source.context ?? '', env);
  const { asked, name } = engineName(source.reference);
  try {
    const id = await imageId(engine, asked, signal);
    const file = await saveImage(
      engine,
      asked,
      (archive) => spool(spoolFolder, archive, { maxBytes: maxImageBytes, what: name }, signal),
      signal,
    );
    const files = await TarFiles.open(file, signal);
    const image = await openFiles({ source, name, files }, signal);
    return {
      image,
      close: () => files.close(),
      isStillTrue: async (stop) => (await imageId(engine, asked, stop)) === id,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw imageError(error, name);
  }
}

/**
 * The images of the engine in use, newest first.
 *
 * @throws StudioError `builder-unreachable` or `builder-unavailable`, or the signal's reason
 */
export async function listEngineImages(env: Environment, signal: AbortSignal): Promise<EngineImage[]> {
  const current = (await listContexts(env)).find((context) => context.current)?.name ?? 'default';
  const images = await listImages(new DockerEngine('', env), signal);
  return images
    .map((image) => ({ context: current, ...image }))
    .sort((one, other) => other.createdMs - one.createdMs);
}

/** @throws StudioError `invalid-request` for what is no name: it becomes part of an address */
function engineName(reference: string): { asked: string; name: string } {
  if (idPattern.test(reference)) return { asked: reference, name: reference };
  const parsed = parseReference(reference);
  if (parsed.ok) {
    const { tag, digest } = parsed.value;
    const name = familiarName(tag || digest ? parsed.value : { ...parsed.value, tag: 'latest' });
    return { asked: name, name };
  }
  throw new StudioError({
    code: 'invalid-request',
    message: `${reference} is no image’s name: ${parsed.error.message}.`,
    hint: 'Correct the name.',
    details: { subject: 'reference' },
  });
}
