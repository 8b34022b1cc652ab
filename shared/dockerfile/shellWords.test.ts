import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShellSyntaxError } from './shellSyntaxError';
import { expandShellWords, type ShellWordOptions } from './shellWords';

const values = new Map([
  ['A', 'value'],
  ['EMPTY', ''],
  ['PATHS', 'a/b/c.tar.gz'],
]);
const options: ShellWordOptions = { escape: '\\', lookup: (name) => values.get(name) };

describe('expandShellWords', () => {
  it.each([
    ['$A-$A', 'value-value'],
    ['${A}s', 'values'],
    ['$As', ''],
    ['$UNSET', ''],
    ['\\$A', '$A'],
    ["'$A'", '$A'],
    ['"$A b"', 'value b'],
    ['"\\"\\$\\x"', '"$\\x'],
    ['$', '$'],
    ['${A:-x}', 'value'],
    ['${UNSET:-x}', 'x'],
    ['${UNSET:-$A}', 'value'],
    ['${UNSET:-${EMPTY:-deep}}', 'deep'],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY-x}', ''],
    ['${UNSET-x}', 'x'],
    ['${A:+x}', 'x'],
    ['${EMPTY:+x}', ''],
    ['${EMPTY+x}', 'x'],
    ['${UNSET+x}', ''],
    ['${A:?no}', 'value'],
    ['${PATHS#*/}', 'b/c.tar.gz'],
    ['${PATHS##*/}', 'c.tar.gz'],
    ['${PATHS%.*}', 'a/b/c.tar'],
    ['${PATHS%%.*}', 'a/b/c'],
    ['${PATHS%.??}', 'a/b/c.tar'],
    ['${PATHS/\\//-}', 'a-b/c.tar.gz'],
    ['${PATHS//\\//-}', 'a-b-c.tar.gz'],
    ['${UNSET#x}', ''],
    ['é$A', 'évalue'],
  ])('expands %j to %j', (source, text) => {
    expect(expandShellWords(source, options).text).toBe(text);
  });

  it.each([
    ['${A', "syntax error: missing '}'"],
    ['${', "syntax error: missing '}'"],
    ['${A:-', "syntax error: missing '}'"],
    ['${}', 'syntax error: bad substitution'],
    ['${A^^}', 'unsupported modifier (^) in substitution'],
    ['${A:#x}', 'unsupported modifier (:#) in substitution'],
    ['${UNSET:?set it}', 'UNSET: set it'],
    ['${UNSET?}', 'UNSET: is not allowed to be unset'],
    ['${EMPTY:?}', 'EMPTY: is not allowed to be empty'],
    ["it's", 'unexpected end of statement while looking for matching single-quote'],
    ['"a', 'unexpected end of statement while looking for matching double-quote'],
    ['${A#\\x}', "invalid escape '\\x' in pattern (\\x)"],
    ['${A:-'.repeat(200), 'substitutions are nested too deeply'],
  ])('refuses %j', (source, message) => {
    expect(() => expandShellWords(source, options)).toThrow(new ShellSyntaxError(message));
  });

  it('splits at spaces outside of quotes, and tells what is not set', () => {
    expect(expandShellWords('a "b c"\td${X} $Y', options)).toMatchObject({
      words: ['a', 'b c', 'd'],
      unset: ['X', 'Y'],
    });
  });

  it('does not let variables multiply without end', () => {
    const lookup = () => 'x'.repeat(1000);
    expect(() => expandShellWords('$A'.repeat(2000), { escape: '\\', lookup })).toThrow(
      'the value is too long',
    );
    expect(() => expandShellWords('${A//x/$A}', { escape: '\\', lookup })).toThrow('too long');
  });

  it('either expands any text or refuses it', () => {
    const source = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...'${}A:-+?#%/*\\`\'" <é')).map((characters) => characters.join('')),
    );
    fc.assert(
      fc.property(source, fc.boolean(), (text, keepUnset) => {
        try {
          expandShellWords(text, { ...options, keepUnset });
        } catch (error) {
          expect(error).toBeInstanceOf(ShellSyntaxError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
