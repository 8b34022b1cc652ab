import { randomBytes } from 'node:crypto';
import {
  StudioError,
  type ImageNode,
  type ImageRun,
  type ImageRunItem,
  type ManifestNode,
} from '../../../shared/contract';
import { parseReference, repositoryName } from '../../../shared/model/reference';
import { sourceName } from '../../../shared/model/sourceName';
import {
  containerOutput,
  createContainer,
  DockerEngine,
  loadImage,
  pullImage,
  removeContainer,
  removeImage,
  startContainer,
  waitForContainer,
  type Environment,
  type PullOptions,
} from '../../docker';
import { fileError } from '../../system/fileErrors';
import type { Logger } from '../../system/logger';
import { timeLimit } from '../../system/timeLimit';
import { imageError } from '../imageError';
import { readTree } from '../inspect/tree';
import type { ImageOpener, OpenImage } from '../openImage';
import { spoolFile } from '../sources/spool';
import { activities } from './activities';
import { writeDockerArchive } from './dockerArchive';

/** What is left is taken away also after a cancellation, in this time. */
const cleanUpMs = 30_000;
/** An engine that can't pull may still be given the image by way of this machine. */
const pullFailures: ReadonlySet<string> = new Set(['registry-unreachable', 'registry-denied', 'not-found']);

export interface ImageRunnerOptions {
  readonly opener: ImageOpener;
  readonly env: Environment;
  /** Logins that the engine pulls with. */
  readonly login: PullOptions['login'];
  /** Where archives are put on their way to the engine. */
  readonly spoolFolder: string;
  readonly logger: Logger;
}

/** An image that an engine has. */
interface Provided {
  readonly reference: string;
  /** Brought there for this run only. */
  readonly isTemporary: boolean;
}

/** Runs images once, in the engine that Docker's command line would use. */
export class ImageRunner {
  constructor(private readonly options: ImageRunnerOptions) {}

  /**
   * Gives the image to the engine, runs it in a container of its own, and takes the container away. Ending early, or
   * `signal`, kills it.
   *
   * @throws StudioError why it can't be run; a command that fails is no error
   */
  async *run(request: ImageRun, signal: AbortSignal): AsyncGenerator<ImageRunItem, void, undefined> {
    const { source, platform, command } = request;
    const engine = new DockerEngine(engineOf(request), this.options.env);
    const left = new AbortController();
    const stop = AbortSignal.any([signal, left.signal]);
    const container = `manifold-run-${randomBytes(4).toString('hex')}`;
    let providing: Promise<Provided> | undefined;
    let hasFailed = false;
    try {
      const working = activities((tell) => (providing = this.provide(engine, request, tell, stop)));
      let step = await working.next();
      for (; !step.done; step = await working.next()) yield { type: 'activity', text: step.value };
      const config = {
        Image: step.value.reference,
        ...(command.length === 0 ? {} : { Cmd: [...command] }),
        Labels: { 'manifold.run': 'true' },
        // The output is read from the log, which other drivers may not give back.
        HostConfig: { LogConfig: { Type: 'json-file', Config: {} } },
      };
      await createContainer(engine, container, config, stop, platform);
      await startContainer(engine, container, stop);
      yield { type: 'activity', text: `Running ${nameOf(source)}` };
      for await (const output of containerOutput(engine, container, stop)) {
        yield { type: 'output', ...output };
      }
      yield { type: 'exited', exitCode: await waitForContainer(engine, container, stop) };
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      left.abort();
      const failure = this.cleanUp(engine, container, await providing?.catch(() => undefined));
      // A run that has failed ends with its own error.
      await (hasFailed ? failure.catch(() => undefined) : failure);
    }
  }

  /** @throws the first of what went wrong; all of it is logged */
  private async cleanUp(
    engine: DockerEngine,
    container: string,
    provided: Provided | undefined,
  ): Promise<void> {
    // Without an image there is no container.
    if (provided === undefined) return;
    const limit = timeLimit(cleanUpMs);
    const { reference, isTemporary } = provided;
    const failures: unknown[] = [];
    const attempt = async (what: string, removal: Promise<void>): Promise<void> => {
      try {
        await removal;
      } catch (err) {
        this.options.logger.error({ err, what }, 'what a run needed could not be taken away');
        failures.push(err);
      }
    };
    await attempt(container, removeContainer(engine, container, limit));
    if (isTemporary) await attempt(reference, removeImage(engine, reference, limit));
    if (failures.length > 0) throw failures[0];
  }

  private async provide(
    engine: DockerEngine,
    request: ImageRun,
    tell: (activity: string) => void,
    signal: AbortSignal,
  ): Promise<Provided> {
    const { source } = request;
    if (source.kind === 'engine' && (source.context ?? '') === engineOf(request)) {
      return { reference: source.reference, isTemporary: false };
    }
    tell(`Reading ${nameOf(source)}`);
    try {
      return await this.options.opener.use(
        source,
        async (image) => {
          const manifest = manifestFor(await readTree(image, signal), request.platform, image.name);
          return (
            (await this.pull(engine, image, manifest, tell, signal)) ??
            (await this.load(engine, image, manifest, tell, signal))
          );
        },
        { signal },
      );
    } catch (error) {
      signal.throwIfAborted();
      throw imageError(error, nameOf(source));
    }
  }

  /** Undefined where the engine can't get at the registry. */
  private async pull(
    engine: DockerEngine,
    { pinned }: OpenImage,
    { descriptor }: ManifestNode,
    tell: (activity: string) => void,
    signal: AbortSignal,
  ): Promise<Provided | undefined> {
    const parsed = pinned === undefined ? undefined : parseReference(pinned);
    if (parsed?.ok !== true) return undefined;
    // The platform's own manifest: there is no other platform to mistake it for.
    const reference = `${repositoryName(parsed.value)}@${descriptor.digest}`;
    try {
      await pullImage(engine, reference, { login: this.options.login, progress: tell, signal });
      return { reference, isTemporary: false };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StudioError && pullFailures.has(error.code)) return undefined;
      throw error;
    }
  }

  private async load(
    engine: DockerEngine,
    image: OpenImage,
    manifest: ManifestNode,
    tell: (activity: string) => void,
    signal: AbortSignal,
  ): Promise<Provided> {
    const { spoolFolder } = this.options;
    const reference = `manifold-run:${randomBytes(8).toString('hex')}`;
    tell(`Getting ${image.name} ready for the engine`);
    const file = await spoolFile(spoolFolder);
    try {
      await writeDockerArchive(image, manifest, reference, file, signal).catch((error: unknown) => {
        throw fileError(error, spoolFolder);
      });
      const archive = file.createReadStream({ start: 0, autoClose: false });
      await loadImage(engine, archive, tell, signal).finally(() => archive.destroy());
      return { reference, isTemporary: true };
    } finally {
      await file.close();
    }
  }
}

function engineOf({ context, source }: ImageRun): string {
  return context ?? (source.kind === 'engine' ? source.context : undefined) ?? '';
}

function nameOf(source: ImageRun['source']): string {
  return source.kind === 'build' ? 'the image of the build' : sourceName(source);
}

/** @throws StudioError `not-found` when there is no image for the platform, or none at all */
function manifestFor(root: ImageNode, platform: string | undefined, name: string): ManifestNode {
  const images = imagesIn(root);
  const found = platform === undefined ? images[0] : images.find((image) => image.platform === platform);
  if (found !== undefined) return found;
  throw new StudioError({
    code: 'not-found',
    message: platform === undefined ? `${name} holds no image.` : `${name} has no image for ${platform}.`,
    hint: 'Choose one of the platforms that it is made for.',
    details: { subject: name },
  });
}

function imagesIn(node: ImageNode): ManifestNode[] {
  if (node.type === 'index') return node.children.flatMap(imagesIn);
  return node.type === 'manifest' && node.role === 'image' && node.problem === undefined ? [node] : [];
}
