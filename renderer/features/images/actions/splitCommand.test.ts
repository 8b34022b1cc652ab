import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../../../shared/model/buildxCommand';
import { splitCommand } from './splitCommand';

const words = (text: string): string[] | string => {
  const split = splitCommand(text);
  return split.ok ? split.value : split.error;
};

describe('a command', () => {
  it('is split as a shell splits it', () => {
    expect(words('')).toEqual([]);
    expect(words('  sh -c  "echo \\"$A\\" \'b\'" ')).toEqual(['sh', '-c', 'echo "$A" \'b\'']);
    expect(words('a\'b c\'d "" \\ e')).toEqual(['ab cd', '', ' e']);
    expect(words('"a\\nb"')).toEqual(['a\\nb']);
  });

  it('is refused with an open quote', () => {
    expect(words('echo "a')).toBe('open-quote');
  });

  it('is what it was before it was quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (given) => {
        expect(words(given.map(shellQuote).join(' '))).toEqual(given);
      }),
    );
  });
});
