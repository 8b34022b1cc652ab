import { describe, expect, it } from 'vitest';
import { projectArgument } from './arguments';

describe('the project on the command line', () => {
  it.each([
    [['electron', '.', '/p'], false, '/p'],
    [['electron', '--no-sandbox', '.', '--user-data-dir=/d', 'rel'], false, '/cwd/rel'],
    [['manifold', '--user-data-dir=/d', '/p'], true, '/p'],
    [['electron', '.'], false, undefined],
    [['manifold'], true, undefined],
  ])('%j', (argv, packaged, expected) => {
    expect(projectArgument(argv, packaged, '/cwd')).toBe(expected);
  });
});
