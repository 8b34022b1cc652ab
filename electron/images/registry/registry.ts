import { BlobError } from '../blobSource';
import type { HttpAnswer } from './http';
import type { RateLimit } from './rateLimit';
import type { RegistryHost, RegistryRequest } from './registryHost';

/** A mirror that failed is asked last for that long. */
const avoidMs = 60_000;

/** A registry: where it is written to, and its mirrors, which are read from first. */
export class Registry {
  private lastRead: RegistryHost | undefined;

  /** @param hosts the mirrors in the order in which they are tried, then the registry itself */
  constructor(
    readonly domain: string,
    private readonly hosts: () => Promise<readonly RegistryHost[]>,
  ) {}

  /** Whose login was used last; undefined for none. */
  get user(): string | undefined {
    return this.lastRead?.user;
  }

  get rateLimit(): RateLimit | undefined {
    return this.lastRead?.rateLimit;
  }

  /** The registry itself. */
  async host(): Promise<RegistryHost> {
    const hosts = await this.hosts();
    return hosts[hosts.length - 1]!;
  }

  /**
   * Reads, from a mirror where there is one that can. What `read` makes of an answer is the result; a mirror whose answer
   * is no success, or that `read` fails on, is passed over.
   *
   * @throws what the registry itself fails with, or the signal's reason
   */
  async read<T>(
    request: RegistryRequest,
    read: (answer: HttpAnswer, host: RegistryHost) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const hosts = await this.hosts();
    const mirrors = hosts.filter(({ settings, isAvoided }) => settings.isMirror && !isAvoided);
    for (const mirror of mirrors) {
      try {
        const answer = await mirror.send({ ...request, once: true }, signal);
        if (answer.ok) {
          const result = await read(answer, mirror);
          this.lastRead = mirror;
          return result;
        }
        answer.discard();
        if (answer.status >= 500) mirror.avoid(avoidMs);
      } catch (error) {
        signal.throwIfAborted();
        // Whatever is wrong with it: the registry itself decides.
        if (!(error instanceof BlobError)) mirror.avoid(avoidMs);
      }
    }
    const itself = hosts[hosts.length - 1]!;
    this.lastRead = itself;
    return read(await itself.send(request, signal), itself);
  }
}
