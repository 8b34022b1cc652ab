import type { Readable } from 'node:stream';
import { DockerEngine, loadImage, type Environment } from '../docker';
import type { BootProgress } from './driver';
import type { EngineLoader } from './engineLoader';
import { timeLimit } from '../system/timeLimit';

/** How long nodes wait for an engine that may not be theirs at all. */
const answerMs = 1000;
/** How long an answer counts; every node asks at every look. */
const rememberMs = 10_000;

type Features = Awaited<ReturnType<EngineLoader['features']>>;

/** Loads images into the engine of the Docker context in use; see {@link EngineLoader}. */
export class CurrentEngineLoader implements EngineLoader {
  private asked: { atMs: number; answer: Promise<Features> } | undefined;

  constructor(private readonly env: Environment) {}

  async features(signal: AbortSignal): Promise<Features> {
    signal.throwIfAborted();
    if (this.asked === undefined || Date.now() - this.asked.atMs > rememberMs) {
      this.asked = { atMs: Date.now(), answer: this.ask() };
    }
    return this.asked.answer;
  }

  load(archive: Readable, progress: BootProgress, signal: AbortSignal): Promise<void> {
    return loadImage(this.engine(), archive, progress, signal);
  }

  private async ask(): Promise<Features> {
    try {
      const { containerdStore } = await this.engine().info(timeLimit(answerMs));
      return { loadMultiPlatform: containerdStore };
    } catch {
      // No engine, or none that can be used: builders without one of their own can't load then, and say so.
      return undefined;
    }
  }

  /** Made anew, since another context may be in use by now. */
  private engine(): DockerEngine {
    return new DockerEngine('', this.env);
  }
}
