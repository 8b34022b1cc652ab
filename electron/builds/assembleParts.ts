import { createReadStream } from 'node:fs';
import { StudioError } from '../../shared/contract';
import { assembleOciArchives, assembleTars } from '../images/assembleArchive';
import { BlobError, type BlobSource } from '../images/blobSource';
import { combineIndexes } from '../images/combineIndex';
import { ImageError } from '../images/document';
import { TarError } from '../images/tar/tarIndex';
import { fileError } from '../system/fileErrors';
import { buildRegistries } from './buildRegistries';
import { asStep, type OwnStep } from './ownStep';
import type { PartOutcome } from './partRun';
import { plannedName, plannedReference } from './plannedReference';
import type { RunContext } from './runContext';

/** What the parts of several nodes have become. */
export interface Assembled {
  /** Digest of the index that joins them; absent when no image was made. */
  image?: string;
  /** Absolute path of the archive that they were written to. */
  archive?: string;
  /** Where the image can be read when it is in no archive. */
  content?: BlobSource;
}

const stepId = 'manifold:assembly';
const step = (name: string): OwnStep => ({ id: stepId, name, node: '' });

/**
 * Does what is left to do when the parts of all nodes are built, as a step of its own for all to see: joins their
 * indexes in the registry, or their archives on this machine.
 *
 * @throws anything; {@link assemblyFailure} says what it means
 */
export async function assembleParts(
  options: RunContext,
  outcomes: readonly PartOutcome[],
): Promise<Assembled> {
  const { plan, signal, request, builders } = options;
  const { assembly, parts, platforms } = plan;
  const files = parts.flatMap(({ target }) => (target?.kind === 'file' ? [target.path] : []));
  switch (assembly?.kind) {
    case undefined:
      return {};
    case 'index':
      return asStep(options, step(`pushing the index of ${plan.references.join(', ')}`), () =>
        pushIndex(options, outcomes),
      );
    case 'tar':
      await asStep(options, step('joining the nodes’ archives'), () =>
        assembleTars(files, assembly.path, signal),
      );
      return { archive: assembly.path };
    case 'oci': {
      const join = () => assembleOciArchives(files, assembly.path, platforms, signal);
      const image = await asStep(options, step('joining the nodes’ archives'), join);
      return { image, archive: assembly.path };
    }
    case 'load': {
      const image = await asStep(options, step('loading the nodes’ archives'), async () => {
        const digest = await assembleOciArchives(files, assembly.path, platforms, signal);
        const archive = createReadStream(assembly.path);
        try {
          await builders.load(request.builder, parts[0]!.node, archive, { signal });
        } finally {
          archive.destroy();
        }
        return digest;
      });
      return { image, archive: assembly.path };
    }
  }
}

/** The parts are in every repository by their digests, pushed from their nodes. */
async function pushIndex(options: RunContext, outcomes: readonly PartOutcome[]): Promise<Assembled> {
  const { plan, signal } = options;
  const registries = buildRegistries(options);
  const references = plan.references.map(plannedReference);
  const source = registries.repository(references[0]!, 'pull,push');
  const parts = outcomes.map(({ digest }) => {
    if (digest === undefined) throw new ImageError('A node did not say what it has pushed.');
    return { source, digest };
  });
  const { bytes, digest, mediaType } = await combineIndexes(parts, plan.platforms, signal);
  for (const reference of references) {
    const repository = registries.repository(reference, 'pull,push');
    await repository.putManifest(reference.tag ?? 'latest', { bytes, mediaType }, signal);
  }
  return { image: digest, content: source };
}

/** What made the joining of parts fail. */
export function assemblyFailure(error: unknown, { plan, signal }: RunContext): StudioError {
  if (signal.aborted)
    return new StudioError({ code: 'cancelled', message: 'The build was cancelled.' }, { cause: error });
  const { assembly, references } = plan;
  const known = fileError(error, assembly !== undefined && 'path' in assembly ? assembly.path : '');
  if (known instanceof StudioError) return known;
  const cause = error instanceof Error ? error.message : String(error);
  if (!(error instanceof BlobError || error instanceof ImageError || error instanceof TarError)) {
    return new StudioError(
      {
        code: 'internal',
        message: 'Manifold failed to join what the nodes have built.',
        hint: 'Build again; if it happens again, report it with the details.',
        details: { cause },
      },
      { cause: error },
    );
  }
  const what =
    assembly?.kind === 'index'
      ? `What the nodes pushed can’t be joined under ${references.map(plannedName).join(', ')}.`
      : 'What the nodes sent can’t be joined.';
  return new StudioError(
    {
      code: 'export-failed',
      message: what,
      hint: 'Build again. If it happens again, look into the details and the builder’s log.',
      details: { cause, step: stepId },
    },
    { cause: error },
  );
}
