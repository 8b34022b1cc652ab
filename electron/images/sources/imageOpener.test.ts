import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../../../shared/contract';
import { MemoryImage } from '../../testing/memoryImage';
import type { HeldImage } from './heldImage';
import { KeptImages } from './imageOpener';

const never = new AbortController().signal;
const archive = (path: string): ImageSource => ({ kind: 'archive', path });

interface Opened extends HeldImage {
  path: string;
  closed: boolean;
}

/** An opener whose images tell what happens to them. */
function opener(options: { gate?: Promise<void>; current?: () => boolean; stillTrue?: () => boolean } = {}) {
  const opened: Opened[] = [];
  const signals: AbortSignal[] = [];
  const failures: unknown[] = [];
  const images = new KeptImages(
    async (source, signal) => {
      signals.push(signal);
      await options.gate;
      const one: Opened = {
        image: new MemoryImage(),
        path: (source as { path: string }).path,
        closed: false,
        close: async () => void (one.closed = true),
        isCurrent: async () => options.current?.() ?? true,
        ...(options.stillTrue && { isStillTrue: async () => options.stillTrue!() }),
      };
      opened.push(one);
      return one;
    },
    (error) => failures.push(error),
  );
  const use = (path: string, work: () => Promise<unknown> = async () => undefined, fresh = false) =>
    images.use(archive(path), work, { signal: never, fresh });
  return { images, use, opened, signals, failures };
}

describe('KeptImages', () => {
  it('opens once for all who read, and keeps it open for the next', async () => {
    const { use, opened } = opener();
    await Promise.all([use('a'), use('a'), use('a')]);
    await use('a');
    expect(opened).toHaveLength(1);
    expect(opened[0]!.closed).toBe(false);
  });

  it('closes those that were not used for longest, and none that is read', async () => {
    const { use, opened } = opener();
    let finish!: () => void;
    const reading = use('read', () => new Promise<void>((resolve) => (finish = resolve)));
    for (const path of 'abcdefgh') await use(path);
    expect(opened.filter(({ closed }) => closed).map(({ path }) => path)).toEqual(['a', 'b']);
    finish();
    await reading;
  });

  it('opens again what changed, and closes the old one when its reader is done', async () => {
    let current = true;
    const { use, opened } = opener({ current: () => current });
    let finish!: () => void;
    const reading = use('a', () => new Promise<void>((resolve) => (finish = resolve)));
    await new Promise((resolve) => setImmediate(resolve));
    current = false;
    await use('a');
    expect(opened).toHaveLength(2);
    expect(opened[0]!.closed).toBe(false);
    finish();
    await reading;
    expect(opened[0]!.closed).toBe(true);
  });

  it('asks again when it is to be fresh', async () => {
    let stillTrue = true;
    const { use, opened } = opener({ stillTrue: () => stillTrue });
    await use('a');
    await use('a', undefined, true);
    expect(opened).toHaveLength(1);
    stillTrue = false;
    await use('a');
    expect(opened).toHaveLength(1);
    await use('a', undefined, true);
    expect(opened).toHaveLength(2);
  });

  it('gives an opening up when nobody waits for it any more', async () => {
    const { images, signals } = opener({ gate: new Promise(() => undefined) });
    const [one, other] = [new AbortController(), new AbortController()];
    const uses = [one, other].map(({ signal }) =>
      images.use(archive('a'), async () => undefined, { signal }).catch((error: unknown) => error),
    );
    one.abort();
    await uses[0];
    expect(signals[0]!.aborted).toBe(false);
    other.abort();
    expect(await uses[1]).toBe(other.signal.reason);
    expect(signals[0]!.aborted).toBe(true);
  });

  it('closes what was opened for nobody', async () => {
    let open!: () => void;
    const { images, opened } = opener({ gate: new Promise((resolve) => (open = resolve)) });
    const stop = new AbortController();
    const use = images
      .use(archive('a'), async () => undefined, { signal: stop.signal })
      .catch(() => undefined);
    stop.abort();
    await use;
    open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened[0]!.closed).toBe(true);
  });

  it('tries again after a failure', async () => {
    let failing = true;
    const images = new KeptImages(
      async () => {
        if (failing) throw new Error('not now');
        return { image: new MemoryImage() };
      },
      () => undefined,
    );
    const use = (): Promise<string> => images.use(archive('a'), async ({ name }) => name, { signal: never });
    await expect(use()).rejects.toThrow('not now');
    failing = false;
    expect(await use()).toBe('memory');
  });

  it('closes everything at the end', async () => {
    const { images, use, opened } = opener();
    await use('a');
    await use('b');
    await images.close();
    expect(opened.every(({ closed }) => closed)).toBe(true);
  });
});
