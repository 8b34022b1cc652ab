import type { Readable } from 'node:stream';
import type { Builder } from '../../shared/contract';
import type { BuildkitClient } from '../buildkit';
import type { PushNews } from '../docker';

/** The part of `Builders` that builds need. */
export interface BuilderConnections {
  get(name: string): Builder | undefined;
  client(
    builder: string,
    node: string,
    options: { signal: AbortSignal; onProgress?: (message: string) => void },
  ): Promise<BuildkitClient>;
  /** Loads an image's archive, read to its end, into the Docker Engine that belongs to the node. */
  load(
    builder: string,
    node: string,
    archive: Readable,
    options: { signal: AbortSignal; onProgress?: (message: string) => void },
  ): Promise<void>;
  /**
   * Lets the Docker Engine that is the node push an image that it has built.
   *
   * @returns the digest in the registry, where the engine tells it
   */
  push(
    builder: string,
    node: string,
    reference: string,
    options: { signal: AbortSignal; onNews: (news: PushNews) => void },
  ): Promise<string | undefined>;
}
