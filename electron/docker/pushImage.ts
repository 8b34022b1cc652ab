import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { abortable, type DockerEngine } from './engine';
import { engineMessages, type EngineMessage } from './engineMessage';
import {
  authOf,
  imageReference,
  registryFailure,
  type LoginFor,
  type RegistryPurpose,
} from './registryAccess';

/** What a push tells on its way. */
export interface PushNews {
  /** Something to read, as `docker push` prints it. */
  line?: string;
  /** How far a layer is, by its short ID. In bytes; `total` is 0 while it is not known. */
  layer?: { id: string; current: number; total: number; done: boolean };
}

export interface PushOptions {
  login: LoginFor;
  onNews: (news: PushNews) => void;
  signal: AbortSignal;
}

/** What the engine tells of a push that is done (moby api/types, PushResult). */
const resultSchema = z.object({ aux: z.object({ Digest: z.string() }) });

const purpose: RegistryPurpose = {
  words: 'pushed to',
  hints: {
    'registry-denied':
      'Log in to the registry with docker login, and check that your account may write the repository.',
    'not-found': 'Correct the image’s name, or make the repository in the registry.',
    'registry-unreachable':
      'Check the engine’s network. A registry without TLS has to be among the engine’s insecure registries.',
    'export-failed': 'See what the registry says, then build again.',
  },
  otherwise: 'export-failed',
};

/**
 * Lets the engine push an image that it has, under one of its names.
 *
 * @param image a name; without a tag it is `latest`
 * @returns the digest of what is in the registry, as the engine tells it; undefined when it tells none
 * @throws StudioError `registry-denied`, `registry-unreachable`, `not-found` or `export-failed` for what the registry is
 *   to blame for, or the signal's reason
 */
export async function pushImage(
  engine: DockerEngine,
  image: string,
  { login: loginFor, onNews, signal }: PushOptions,
): Promise<string | undefined> {
  const { domain, path, tag = 'latest' } = imageReference(image);
  const login = await loginFor(domain, signal);
  // Without the header engines look for a login in the body, and refuse when there is none.
  const authconfig = login === undefined ? {} : authOf(domain, login);
  let digest: string | undefined;
  try {
    await engine.use(async (docker) => {
      const pushed = docker.getImage(`${domain}/${path}`).push({ tag, authconfig, ...abortable(signal) });
      const layers = new LayerNews();
      for await (const message of engineMessages((await pushed) as IncomingMessage)) {
        digest = resultSchema.safeParse(message).data?.aux.Digest ?? digest;
        const news = layers.of(message);
        if (news.line !== undefined || news.layer !== undefined) onNews(news);
      }
    }, signal);
  } catch (error) {
    throw registryFailure(image, domain, error, purpose);
  }
  return digest;
}

/** States of a layer that come before its end. */
const onTheWay = /^(Preparing|Waiting|Pushing)$/;

/** Remembers how large layers are, since the last word about one doesn't say. */
class LayerNews {
  private readonly totals = new Map<string, number>();

  of({ id, status = '', progressDetail }: EngineMessage): PushNews {
    if (id === undefined) return status === '' ? {} : { line: status };
    const { current, total } = progressDetail ?? {};
    if (status === 'Pushing' && current !== undefined) {
      // Compression makes a layer smaller or larger than the engine takes it to be.
      this.totals.set(id, Math.max(total ?? 0, current, this.totals.get(id) ?? 0));
      return { layer: { id, current, total: total ?? 0, done: false } };
    }
    if (onTheWay.test(status)) return {};
    const line = `${id}: ${status}`;
    if (status !== 'Pushed') return { line };
    const whole = this.totals.get(id) ?? 0;
    return { line, layer: { id, current: whole, total: whole, done: true } };
  }
}
