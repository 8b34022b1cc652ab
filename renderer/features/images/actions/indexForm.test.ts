import { describe, expect, it } from 'vitest';
import { newIndexOf } from './indexForm';
import type { IndexForm } from './indexForm';

const source = { kind: 'registry', reference: 'a:1' } as const;
const form: IndexForm = {
  tags: 'reg/a:2\n reg/a:latest ',
  parts: [{ source, name: 'a:1', platforms: ['linux/amd64', 'linux/arm64'], chosen: ['linux/amd64'] }],
  append: true,
  preferManifest: false,
  annotations: [{ name: 'k', value: 'v' }],
  platformAnnotations: [
    { platform: '', name: 'a', value: '1' },
    { platform: 'linux/amd64', name: 'b', value: '2' },
  ],
};

describe('a new index', () => {
  it('is what was ticked and typed', () => {
    expect(newIndexOf(form)).toEqual({
      request: {
        tags: ['reg/a:2', 'reg/a:latest'],
        parts: [{ source, platforms: ['linux/amd64'] }],
        append: true,
        preferManifest: false,
        annotations: { k: 'v' },
        descriptorAnnotations: [
          { key: 'a', value: '1' },
          { platform: 'linux/amd64', key: 'b', value: '2' },
        ],
      },
    });
  });

  it('takes an image whole when all of it is ticked, or when it names no platform', () => {
    const [part] = form.parts;
    const whole = { ...part!, chosen: part!.platforms };
    const bare = { ...part!, platforms: [], chosen: [] };
    const none = { ...part!, chosen: [] };
    expect(newIndexOf({ ...form, parts: [whole, bare, none] })).toMatchObject({
      request: { parts: [{ source }, { source }] },
    });
  });

  it('needs a tag and a platform', () => {
    expect(newIndexOf({ ...form, tags: ' \n' })).toEqual({ problem: 'no-tag' });
    expect(newIndexOf({ ...form, parts: [{ ...form.parts[0]!, chosen: [] }] })).toEqual({
      problem: 'no-part',
    });
  });
});
