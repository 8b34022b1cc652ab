import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prettyJson } from './prettyJson';

describe('readable JSON', () => {
  it('is what JSON.stringify prints, for what JSON.stringify printed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const stored = JSON.stringify(value, undefined, indent);
        expect(prettyJson(stored)).toBe(JSON.stringify(JSON.parse(stored), undefined, 2));
      }),
    );
  });

  it('keeps numbers and the order of keys as they are written', () => {
    expect(prettyJson('{"2":1.50e3,"1":9007199254740993}')).toBe(
      '{\n  "2": 1.50e3,\n  "1": 9007199254740993\n}',
    );
  });

  it('keeps spaces and braces inside of texts', () => {
    expect(prettyJson('["a  {b}, \\"c\\": \\\\"]')).toBe('[\n  "a  {b}, \\"c\\": \\\\"\n]');
  });

  it('is not made of what is no JSON', () => {
    expect(prettyJson('{"a":')).toBeUndefined();
    expect(prettyJson('-----BEGIN')).toBeUndefined();
  });
});
