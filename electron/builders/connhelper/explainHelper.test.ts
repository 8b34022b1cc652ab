import { expect, it } from 'vitest';
import { ProcessStreamError } from '../../system/processStream';
import { explainHelper } from './explainHelper';

it.each([
  ['ssh', 'sh: 1: buildctl: not found', 'no buildctl'],
  ['ssh', 'bash: line 1: buildctl: command not found', 'no buildctl'],
  ['buildctl', 'exec: "buildctl": executable file not found in $PATH', 'no buildctl'],
  [
    'ssh',
    'error: dial unix /run/buildkit/buildkitd.sock: connect: no such file or directory',
    'no BuildKit daemon',
  ],
  ['ssh', 'error: dial unix /run/x.sock: connect: connection refused', 'no BuildKit daemon'],
  ['buildctl', 'error: dial unix /run/x.sock: connect: permission denied', 'access to the daemon’s socket'],
  ['ssh', 'ssh: connect to host h port 22: Connection refused', 'nothing listens on its SSH port'],
  ['ssh', 'ssh: connect to host h port 22: Connection timed out', 'did not answer'],
  ['ssh', 'Connection timed out during banner exchange', 'did not answer'],
  ['ssh', 'ssh: Could not resolve hostname h: Name or service not known', 'host name is not known'],
  ['ssh', 'ssh: connect to host h port 22: No route to host', 'no route'],
])('%s says %j', (command, stderr, words) => {
  const [reason, hint] = explainHelper(new ProcessStreamError(command, 255, stderr))!;
  expect(reason).toContain(words);
  expect(hint).toMatch(/\.$/);
});

it('leaves other failures to others', () => {
  expect(explainHelper(new Error('buildctl: not found'))).toBeUndefined();
  expect(explainHelper(new ProcessStreamError('buildctl', 1, 'something else'))).toBeUndefined();
  expect(explainHelper(new ProcessStreamError('ssh', 255, 'Host key verification failed.'))).toBeUndefined();
});
