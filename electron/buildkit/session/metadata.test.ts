import { describe, expect, it } from 'vitest';
import { metadataFromRawHeaders } from './metadata';

describe('metadataFromRawHeaders', () => {
  it('keeps repeated values apart, with commas in them, in order', () => {
    const metadata = metadataFromRawHeaders([
      ':path', '/x/Y',
      'Exclude-Patterns', 'a, b',
      'dir-name', 'context',
      'exclude-patterns', '!c',
    ]); // prettier-ignore
    expect(metadata.get('exclude-patterns')).toEqual(['a, b', '!c']);
    expect(metadata.get('dir-name')).toEqual(['context']);
  });

  it('leaves pseudo-headers out and escaped values as they are', () => {
    const metadata = metadataFromRawHeaders([
      ':method',
      'POST',
      'followpaths',
      '%E6%96%87+x',
      'followpaths-encoded',
      '1',
    ]);
    expect([...metadata.keys()]).toEqual(['followpaths', 'followpaths-encoded']);
    expect(metadata.get('followpaths')).toEqual(['%E6%96%87+x']);
  });
});
