import { expect, it } from 'vitest';
import { parseEndpoint } from './endpoint';

it.each([
  ['unix:///run/buildkit/buildkitd.sock', { kind: 'unix', path: '/run/buildkit/buildkitd.sock' }],
  ['tcp://host.example:1234', { kind: 'tcp', host: 'host.example', port: 1234 }],
  ['TCP://127.0.0.1:1/', { kind: 'tcp', host: '127.0.0.1', port: 1 }],
  ['tcp://[::1]:1234', { kind: 'tcp', host: '::1', port: 1234 }],
  [
    'ssh://me@host:2222/run/buildkitd.sock',
    { kind: 'ssh', address: { user: 'me', host: 'host', port: 2222, path: '/run/buildkitd.sock' } },
  ],
  ['docker-container://b?context=c', { kind: 'docker-container', address: { container: 'b', context: 'c' } }],
  ['kube-pod://b?namespace=n', { kind: 'kube-pod', address: { pod: 'b', namespace: 'n' } }],
])('reads %s', (address, endpoint) => {
  expect(parseEndpoint(address)).toEqual({ ok: true, value: endpoint });
});

it.each([
  '',
  'host:1234',
  'unix://relative',
  'tcp://host',
  'tcp://host:0',
  'tcp://host:70000',
  'tcp://u:p@host:1',
  'docker-container://-x',
  'kube-pod://',
  'ssh://-oProxyCommand=x',
  'ssh://me:secret@host',
  'podman-container://x',
])('refuses "%s"', (address) => {
  expect(parseEndpoint(address).ok).toBe(false);
});
