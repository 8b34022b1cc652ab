import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { ImageOpener } from '../openImage';
import { KnownPlatforms } from './knownPlatforms';

const never = new AbortController().signal;
const silent = pino({ level: 'silent' });

describe('the platforms of an image that is asked about in passing', () => {
  it('are none when the registry says nothing, which is not asked again at once', async () => {
    let asked = 0;
    const opener: ImageOpener = {
      use: () => {
        asked += 1;
        return Promise.reject(new Error('no such image'));
      },
    };
    const known = new KnownPlatforms(opener, silent);
    expect(await known.of('nowhere/image:1', never)).toEqual([]);
    expect(await known.of('nowhere/image:1', never)).toEqual([]);
    expect(asked).toBe(1);
  });

  it('are waited for half a second only', async () => {
    const known = new KnownPlatforms({ use: () => new Promise(() => undefined) }, silent);
    const started = Date.now();
    expect(await known.of('slow/image:1', never)).toEqual([]);
    expect(Date.now() - started).toBeGreaterThan(400);
    expect(Date.now() - started).toBeLessThan(3000);
  });

  it('are not waited for by who gives up', async () => {
    const known = new KnownPlatforms({ use: () => new Promise(() => undefined) }, silent);
    await expect(known.of('slow/image:1', AbortSignal.abort(new Error('given up')))).rejects.toThrow(
      'given up',
    );
  });
});
