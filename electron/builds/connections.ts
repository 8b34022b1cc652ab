import type { Builder } from '../../shared/contract';
import type { BuildkitClient } from '../buildkit';

/** The part of `Builders` that builds need. */
export interface BuilderConnections {
  get(name: string): Builder | undefined;
  client(
    builder: string,
    node: string,
    options: { signal: AbortSignal; onProgress?: (message: string) => void },
  ): Promise<BuildkitClient>;
}
