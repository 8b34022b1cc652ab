import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, form, optionsSchema } from './options';

describe('the options', () => {
  it('mean what they mean to buildx', () => {
    expect(
      optionsSchema.parse({
        ...{ image: 'i', network: 'host', memory: '512m', 'memory-swap': '-1', 'cpu-quota': '50000' },
        ...{ 'cpuset-cpus': '0-1', 'restart-policy': 'on-failure:3', 'default-load': 'T' },
        ...{ 'env.HTTP_PROXY': 'http://p?a=b', 'env.EMPTY': '' },
      }),
    ).toMatchObject({
      ...{ image: 'i', network: 'host', memory: 512 * 1024 ** 2, 'memory-swap': -1, 'cpu-quota': 50000 },
      ...{ 'cpuset-cpus': '0-1', 'default-load': true, env: ['HTTP_PROXY=http://p?a=b', 'EMPTY='] },
      'restart-policy': { Name: 'on-failure', MaximumRetryCount: 3 },
    });
    expect(optionsSchema.parse({})).toEqual({ env: [] });
  });

  it.each([
    ['memory', 'much', 'Type a size'],
    ['memory', '-1', 'Type a size'],
    ['memory-swap', '-2', 'Type a size'],
    ['cpu-shares', '1.5', 'whole number'],
    ['restart-policy', 'sometimes', 'Type one of'],
    ['restart-policy', 'always:3', 'Type one of'],
    ['default-load', 'yes', 'true or false'],
    ['env.', 'x', 'needs a name'],
    ['env.A=B', 'x', 'needs a name'],
    ['gpus', 'all', 'has no option gpus'],
  ])('refuse %s=%s at its field', (name, value, words) => {
    const { error } = optionsSchema.safeParse({ [name]: value });
    expect(error?.issues).toMatchObject([
      { path: [name], message: expect.stringContaining(words) as string },
    ]);
  });

  it('are all in the form, with a label and words for what they do', () => {
    const asked = form.filter(({ kind }) => kind !== 'pairs').map(({ name }) => name);
    for (const name of asked) {
      const message = optionsSchema.safeParse({ [name]: '\0' }).error?.issues[0]?.message ?? '';
      expect(message, name).not.toContain('has no option');
    }
    expect(form.every(({ label, description }) => label !== '' && description?.endsWith('.'))).toBe(true);
  });

  it('know every size that Docker knows', () => {
    expect(['0', '1b', '1 k', '1KiB', '1.5g', '2T'].map(bytesOf)).toEqual([
      ...[0, 1, 1024, 1024, 1.5 * 1024 ** 3, 2 * 1024 ** 4],
    ]);
    expect(['', 'k', '1kk', '1ib', '-1', '1e3', '1..5k'].map(bytesOf)).toEqual(Array(7).fill(undefined));
    fc.assert(
      fc.property(fc.nat(), (size) => bytesOf(`${size}`) === size && bytesOf(`${size}k`) === size * 1024),
    );
  });
});
