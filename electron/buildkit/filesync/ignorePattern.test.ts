import { describe, expect, it } from 'vitest';
import { matchGlob } from './goGlob';
import { parseIgnorePatterns } from './ignorePattern';

function takes(pattern: string, path: string): boolean {
  return parseIgnorePatterns([pattern])[0]!.matches(path);
}

describe('an ignore pattern matches what moby/patternmatcher 0.6.1 matches', () => {
  // Recorded from the Go implementation, parents of the path not considered.
  const facts: [pattern: string, path: string, matches: boolean][] = [
    ['a', 'a', true],
    ['a', 'ab', false],
    ['a', 'b/a', false],
    ['./a/', 'a', true],
    ['a/../b', 'b', true],
    ['*', 'a', true],
    ['*', 'a/b', false],
    ['*.log', '.log', true],
    ['a?c', 'a/c', false],
    ['a?c', 'aéc', true],
    ['a?c', 'a\u{1f600}c', true],
    ['a?c', 'a\nc', true],
    ['**', 'a/b/c', true],
    ['**/a', 'a', true],
    ['**/a', 'x/y/a', true],
    ['**/a', 'ba', false],
    ['**a', 'x/ba', true],
    ['**/*.go', 'main.go', true],
    ['**/*.go', 'a\nb/main.go', false],
    ['a/**', 'a', false],
    ['a/**', 'a/b/c', true],
    ['a**', 'abc/d', true],
    ['a**/b', 'axx/yy/b', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'dx', true],
    ['[*]', '[[^]', true],
    ['a.b*', 'aXbc', false],
    ['a+(b)$*', 'a+(b)$c', true],
    ['\\a', '\u0007', true],
    ['\\*', '*', true],
    ['\\d*', '7z', true],
    ['\\d*', 'dz', false],
    ['\\s?', '\u00a0x', false],
    ['a|b*', 'a', true],
    ['a|b*', 'a|b', true],
    ['a{2}*', 'aab', true],
    ['a{x}*', 'a{x}b', true],
    ['[[:digit:]]', '5', true],
    ['[[:^digit:]]', 'é', true],
    ['{a,b}', 'a', false],
  ];
  it.each(facts)('%j on %j: %s', (pattern, path, matches) => {
    expect(takes(pattern, path)).toBe(matches);
  });

  it('takes a byte that is not UTF-8 for one character', () => {
    expect(takes('a?b', 'a\udcffb')).toBe(true);
    expect(takes('a??b', 'a\udcffb')).toBe(false);
  });
});

describe('parsing patterns', () => {
  it('drops blank ones, trims what Go calls white space, and takes ! apart after cleaning', () => {
    const parsed = parseIgnorePatterns(['', ' \u0085\t', ' !a/ ', '!x/../b', '\ufeffz']);
    expect(parsed.map(({ text, negated }) => [text, negated])).toEqual([
      ['a', true],
      ['b', false],
      ['\ufeffz', false],
    ]);
  });

  it.each(['!', '[', '[]', '[a', '[a-]', 'a\\', '[\\'])(
    'refuses %j with the pattern in the message',
    (pattern) => {
      // Go only notices what its matching reaches, and it tries the pattern on ".".
      const reached = pattern === 'a\\' ? '?\\' : pattern;
      expect(() => parseIgnorePatterns([reached])).toThrow(JSON.stringify(reached));
      expect(() => parseIgnorePatterns([reached])).toThrow(expect.objectContaining({ code: 'bad-pattern' }));
    },
  );

  it('notices an impossible regular expression when it is first used, not before', () => {
    const [pattern] = parseIgnorePatterns(['\\8*']);
    expect(() => pattern!.matches('x')).toThrow('invalid escape');
  });
});

describe("Go's filepath.Match", () => {
  it.each<[string, string, boolean]>([
    ['*', 'abc', true],
    ['*c', 'abc', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['[a-c]?', 'bz', true],
    ['[^a]', 'a', false],
    ['[z-a]', 'm', false],
    ['[^z-a]', 'm', true],
    ['\\*', '*', true],
    ['a]', 'a]', true],
    ['*', 'a/b', false],
    ['?', '\u{1f600}', true],
  ])('%j on %j: %s', (pattern, name, matches) => {
    expect(matchGlob(pattern, name)).toBe(matches);
  });

  it('complains of what is malformed only when it gets there', () => {
    expect(() => matchGlob('a[', 'a')).toThrow(SyntaxError);
    expect(matchGlob('b*[', 'a')).toBe(false);
  });
});
