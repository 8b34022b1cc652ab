import { describe, expect, it } from 'vitest';
import { repositoryOfTag, typedSource } from './typedSource';

describe('what was typed', () => {
  it('is a registry’s image', () => {
    for (const reference of [
      'alpine',
      'localhost:5000/a/b:1',
      '[::1]:5000/a',
      `x@sha256:${'a'.repeat(64)}`,
    ]) {
      expect(typedSource(` ${reference} `)).toEqual({ ok: true, value: { kind: 'registry', reference } });
    }
  });

  it('may be as skopeo has it', () => {
    expect(typedSource('docker://alpine:3')).toMatchObject({ value: { reference: 'alpine:3' } });
  });

  it('is refused with the reason', () => {
    expect(typedSource('')).toMatchObject({ ok: false });
    expect(typedSource('Alpine')).toMatchObject({ ok: false, error: expect.stringContaining('lowercase') });
  });
});

describe('the repository of a tag', () => {
  it('stands before the last colon', () => {
    expect(repositoryOfTag('alpine:')).toEqual({ repository: 'alpine', tag: '' });
    expect(repositoryOfTag('host:5000/a/b:1.2')).toEqual({ repository: 'host:5000/a/b', tag: '1.2' });
  });

  it('is not known before the colon, nor for a digest', () => {
    expect(repositoryOfTag('alpine')).toBeUndefined();
    expect(repositoryOfTag('host:5000/a')).toBeUndefined();
    expect(repositoryOfTag('a@sha256:abc')).toBeUndefined();
    expect(repositoryOfTag('')).toBeUndefined();
  });
});
