import { describe, expect, it } from 'vitest';
import { StudioError } from '../../shared/contract';
import { BlobError } from '../images/blobSource';
import { ImageError } from '../images/document';
import { assemblyFailure } from './assembleParts';
import type { RunContext } from './runContext';
import type { Assembly } from './plan';

const digest = `sha256:${'0'.repeat(64)}`;

function failure(error: unknown, assembly: Assembly, signal = new AbortController().signal): StudioError {
  const plan = { assembly, references: ['docker.io/library/app:1', 'r.example/app:1'] };
  return assemblyFailure(error, { plan, signal } as RunContext);
}

const archive: Assembly = { kind: 'oci', path: '/out/image.tar' };

describe('assemblyFailure', () => {
  it('says what can’t be joined, and what is wrong with it', () => {
    const pushed = failure(new BlobError('missing', digest, 'not there'), { kind: 'index' });
    expect(pushed).toMatchObject({
      code: 'export-failed',
      message: expect.stringContaining('app:1, r.example/app:1') as string,
      hint: expect.any(String) as string,
      details: { cause: 'not there', step: 'manifold:assembly' },
    });
    expect(failure(new ImageError('no image'), archive)).toMatchObject({
      code: 'export-failed',
      details: { cause: 'no image' },
    });
  });

  it('tells a full disk with the archive’s path', () => {
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    expect(failure(full, archive)).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('/out/image.tar') as string,
    });
  });

  it('passes on what a registry or an engine has said', () => {
    const denied = new StudioError({ code: 'registry-denied', message: 'no' });
    expect(failure(denied, { kind: 'index' })).toBe(denied);
  });

  it('is a cancellation once the user has cancelled, and a defect when nothing else', () => {
    expect(failure(new Error('x'), archive, AbortSignal.abort())).toMatchObject({ code: 'cancelled' });
    expect(failure(new Error('x'), archive)).toMatchObject({ code: 'internal', details: { cause: 'x' } });
  });
});
