import type { ImageNode } from '../../../shared/contract';
import { orAborted } from '../../system/orAborted';
import type { Logger } from '../../system/logger';
import { timeLimit } from '../../system/timeLimit';
import type { ImageOpener, OpenImage } from '../openImage';
import { maxManifestBytes } from '../resultImage';
import { descriptorsOf } from './descriptor';
import { documentKind, jsonOf } from '../document';
import { listOf, memberOf } from './loose';
import { readTree } from './tree';

/** How long somebody who only asks in passing is kept waiting, and how long the registry is asked all the same. */
const waitMs = 500;
const askMs = 15_000;
/** How long an answer counts, and how long none does. */
const keptMs = { known: 10 * 60_000, unknown: 60_000 };
const maxKept = 500;

interface Answer {
  readonly platforms: Promise<readonly string[]>;
  untilMs: number;
}

/** What the images of registries are made for: asked once in a while, so that it can be told in passing. */
export class KnownPlatforms {
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly opener: ImageOpener,
    private readonly logger: Logger,
  ) {}

  /**
   * @param reference as people write it
   * @returns none when it isn't known within half a second; the registry's answer is kept for the next time
   * @throws the signal's reason
   */
  async of(reference: string, signal: AbortSignal): Promise<readonly string[]> {
    let answer = this.answers.get(reference);
    if (answer === undefined || answer.untilMs < Date.now()) {
      answer = this.ask(reference);
      this.answers.delete(reference);
      this.answers.set(reference, answer);
      const [oldest] = this.answers.keys();
      if (this.answers.size > maxKept && oldest !== undefined) this.answers.delete(oldest);
    }
    try {
      return await orAborted(answer.platforms, timeLimit(waitMs, signal));
    } catch {
      signal.throwIfAborted();
      return [];
    }
  }

  private ask(reference: string): Answer {
    const limit = timeLimit(askMs);
    const source = { kind: 'registry', reference } as const;
    const platforms = this.opener
      .use(source, (image) => platformsOf(image, limit), { signal: limit })
      .catch((err: unknown) => {
        answer.untilMs = Date.now() + keptMs.unknown;
        this.logger.debug({ err, reference }, 'the platforms of an image are not known');
        return [];
      });
    const answer = { platforms, untilMs: Date.now() + keptMs.known };
    return answer;
  }
}

/** By the index alone where that tells: registries count every manifest that is read of them as a pull. */
async function platformsOf(image: OpenImage, signal: AbortSignal): Promise<string[]> {
  const { root } = image;
  const index = jsonOf(await image.read(root.digest, { maxBytes: maxManifestBytes, signal }), root.digest);
  if (documentKind(index, root) === 'index') {
    const entries = listOf(memberOf(index, 'manifests'));
    // Attestations have one too, `unknown/unknown`.
    if (entries.every((entry) => memberOf(entry, 'platform') !== undefined))
      return [...new Set(descriptorsOf(entries).flatMap(({ platform }) => platform ?? []))];
  }
  return platformsIn(await readTree(image, signal));
}

function platformsIn(node: ImageNode): string[] {
  if (node.type === 'index') return [...new Set(node.children.flatMap(platformsIn))];
  return node.type === 'manifest' && node.role === 'image' ? [node.platform ?? []].flat() : [];
}
