import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatNodeEndpoint, parseNodeEndpoint } from './nodeEndpoint';

it('is written as Go writes it', () => {
  expect(formatNodeEndpoint({ builder: 'b', node: 'b0', kubeconfig: '' })).toBe(
    'kubernetes:///b?deployment=b0&kubeconfig=',
  );
  expect(formatNodeEndpoint({ builder: 'b', node: 'b0', kubeconfig: "/a b/~x*'(!)" })).toBe(
    'kubernetes:///b?deployment=b0&kubeconfig=%2Fa+b%2F~x%2A%27%28%21%29',
  );
});

it('is read back', () => {
  const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9._-]*$/);
  const path = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(name, name, path, (builder, node, kubeconfig) => {
      const endpoint = { builder, node, kubeconfig };
      expect(parseNodeEndpoint(formatNodeEndpoint(endpoint))).toEqual(endpoint);
    }),
  );
});

it.each(['', 'default', 'unix:///var/run/docker.sock', 'kubernetes:/b'])('is not %j', (text) => {
  expect(parseNodeEndpoint(text)).toBeUndefined();
});
