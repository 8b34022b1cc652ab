import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { MemoryImage } from '../../testing/memoryImage';
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

  it('are those that the index tells, of which nothing else is read', async () => {
    const image = new MemoryImage();
    const manifests = [image.addImage('amd64'), image.addImage('arm64')];
    const attestation = image.add({ schemaVersion: 2 });
    image.addIndex([...manifests, { ...attestation, platform: { os: 'unknown', architecture: 'unknown' } }]);
    for (const digest of [...image.blobs.keys()])
      if (digest !== image.root.digest) image.blobs.delete(digest);
    const known = new KnownPlatforms({ use: (_source, work) => work(image) }, silent);
    expect(await known.of('some/image:1', never)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('are those of the configs where there is no index, or none that tells', async () => {
    const image = new MemoryImage();
    const { platform: _platform, ...untold } = image.addImage('arm64');
    const known = new KnownPlatforms({ use: (_source, work) => work(image) }, silent);
    expect(await known.of('single/image:1', never)).toEqual(['linux/arm64']);
    image.addIndex([untold]);
    expect(await known.of('untold/image:1', never)).toEqual(['linux/arm64']);
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
