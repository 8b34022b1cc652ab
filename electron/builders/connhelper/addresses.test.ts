import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseContainerAddress } from './containerAddress';
import { parsePodAddress } from './podAddress';

describe('docker-container://', () => {
  it.each([
    ['docker-container://buildkit', { container: 'buildkit' }],
    [
      'docker-container://buildx_buildkit_b0?context=far',
      { container: 'buildx_buildkit_b0', context: 'far' },
    ],
    ['docker-container://b?context=', { container: 'b' }],
  ])('reads %s', (address, value) => {
    expect(parseContainerAddress(address)).toEqual({ ok: true, value });
  });
  it.each([
    'docker-container://',
    'docker-container://?context=x',
    'docker-container://-it',
    'docker-container://a b',
    'docker-container://a/b',
    'docker-container://a%20b',
    'docker-container://a?contxt=x',
    'docker-container://a?context=-H',
    'docker-container://a?context=%0a',
    'docker-container://u:p@a',
  ])('refuses %s', (address) => {
    expect(parseContainerAddress(address)).toMatchObject({ ok: false });
  });
});

describe('kube-pod://', () => {
  it.each([
    ['kube-pod://buildkitd-0', { pod: 'buildkitd-0' }],
    [
      'kube-pod://b?context=arn:aws:eks:x/y&namespace=n-s&container=buildkitd',
      { pod: 'b', context: 'arn:aws:eks:x/y', namespace: 'n-s', container: 'buildkitd' },
    ],
    ['kube-pod://b?namespace=', { pod: 'b' }],
  ])('reads %s', (address, value) => {
    expect(parsePodAddress(address)).toEqual({ ok: true, value });
  });
  it.each([
    ['kube-pod://', 'lacks a name'],
    ['kube-pod://-it', 'no name'],
    ['kube-pod://Pod', 'no pod’s name'],
    ['kube-pod://a b', 'no name'],
    ['kube-pod://a?namespace=A', 'no namespace’s name'],
    ['kube-pod://a?container=a_b', 'no container’s name'],
    ['kube-pod://a?context=-x', 'no name'],
    ['kube-pod://a?context=a%00b', 'no name'],
    ['kube-pod://a?pod=b', 'no parameter'],
  ])('refuses %s', (address, words) => {
    expect(parsePodAddress(address)).toMatchObject({
      ok: false,
      error: expect.stringContaining(words) as string,
    });
  });
});

it('lets nothing through that a program on the way could take for something else', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(text, text, (name, context) => {
      const query = new URLSearchParams({ context }).toString();
      for (const parsed of [
        parseContainerAddress(`docker-container://${name}?${query}`),
        parsePodAddress(`kube-pod://${name}?${query}`),
      ]) {
        if (!parsed.ok) {
          expect(parsed.error).toMatch(/\.$/);
          continue;
        }
        for (const part of Object.values<string>({ ...parsed.value }))
          expect(part).toMatch(/^[^-\s\p{Cc}][^\s\p{Cc}]*$/u);
      }
    }),
    { numRuns: 500 },
  );
});
