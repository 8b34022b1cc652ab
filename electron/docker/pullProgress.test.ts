import { expect, it } from 'vitest';
import { PullProgress } from './pullProgress';

it('grows from nothing to all, and never goes back', () => {
  const progress = new PullProgress();
  const told = [
    { status: 'Pulling from library/busybox', id: 'latest' },
    { status: 'Pulling fs layer', id: 'a' },
    { status: 'Pulling fs layer', id: 'b' },
    { status: 'Downloading', id: 'a', progressDetail: { current: 50, total: 100 } },
    { status: 'Downloading', id: 'b', progressDetail: { current: 0, total: 100 } },
    { status: 'Download complete', id: 'a' },
    { status: 'Extracting', id: 'a', progressDetail: { current: 50, total: 100 } },
    { status: 'Pull complete', id: 'a' },
    { status: 'Download complete', id: 'b' },
    { status: 'Pull complete', id: 'b' },
    { status: 'Digest: sha256:1' },
  ].map((message) => progress.percentAfter(message));
  expect(told.filter((percent) => percent !== undefined)).toEqual([0, 25, 37, 50, 75, 100]);
});

it('knows layers that were there', () => {
  expect(new PullProgress().percentAfter({ status: 'Already exists', id: 'a' })).toBe(0);
});
