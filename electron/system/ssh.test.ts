import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProcessStreamError } from './processStream';
import { explainSshFailure, parseSshAddress, sshArguments } from './ssh';

describe('an SSH address', () => {
  it.each([
    ['ssh://host', { host: 'host' }],
    ['ssh://me@host.example:2222', { user: 'me', host: 'host.example', port: 2222 }],
    ['ssh://me@[::1]:22/run/docker.sock', { user: 'me', host: '::1', port: 22, path: '/run/docker.sock' }],
    ['ssh://host/', { host: 'host' }],
  ])('%s', (address, parts) => {
    expect(parseSshAddress(address)).toEqual({
      ok: true,
      value: { user: undefined, port: undefined, path: undefined, ...parts },
    });
  });

  it.each([
    ['ssh://me:hunter2@host', 'no password'],
    ['ssh://host?x=1', 'nothing after'],
    ['ssh://host#x', 'nothing after'],
    ['tcp://host', 'begins with ssh://'],
    ['ssh://', 'signs'],
    ['ssh://%zz@host', 'no SSH address'],
    ['ssh://-oProxyCommand=x', 'signs'],
    ['ssh://a%20b@host', 'signs'],
    ['ssh://%24(x)@host', 'signs'],
  ])('refuses %s', (address, words) => {
    const parsed = parseSshAddress(address);
    expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining(words) as string });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });
});

it('hands the far side each argument as one word', () => {
  const address = { user: 'me', host: 'h', port: 22, path: undefined };
  expect(sshArguments(address, ['docker', 'system'])).toEqual([
    ...['-o', 'ConnectTimeout=30', '-o', 'BatchMode=yes', '-T', '-l', 'me', '-p', '22', '--', 'h'],
    'docker system',
  ]);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (word) => {
      const command = sshArguments(address, ['printf', '%s', word]).at(-1)!;
      expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(word);
    }),
    { numRuns: 30 },
  );
});

it.each([
  ['No ED25519 host key is known for [h]:1 and you have requested strict checking.', 'not known'],
  ['Host key verification failed.', 'not known'],
  ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'another one'],
  ['me@h: Permission denied (publickey).', 'refuses your SSH key'],
  ['ssh: connect to host h port 22: Connection refused', 'Connection refused'],
])('explains %j', (stderr, words) => {
  const [reason, hint] = explainSshFailure(new ProcessStreamError('ssh', 255, stderr))!;
  expect(reason).toContain(words);
  expect(hint).toMatch(/\.$/);
});

it('explains that there is no ssh, and nothing else', () => {
  const missing = Object.assign(new Error('spawn ssh ENOENT'), { code: 'ENOENT', syscall: 'spawn ssh' });
  expect(explainSshFailure(missing)?.[0]).toContain('no ssh');
  expect(
    explainSshFailure(Object.assign(new Error(), { code: 'ENOENT', syscall: 'connect' })),
  ).toBeUndefined();
  expect(explainSshFailure(new ProcessStreamError('kubectl', 1, 'x'))).toBeUndefined();
});
