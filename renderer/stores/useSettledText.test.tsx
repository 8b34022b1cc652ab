import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { projectStore, resetProject } from './projectStore';
import { useSettledText } from './useSettledText';

const long = `FROM scratch\n${'# a line\n'.repeat(4000)}`;
const project = { path: '/p', name: 'p', dockerfiles: [], sample: false };

beforeEach(() => {
  vi.useFakeTimers();
  resetProject();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const open = (text: string, dockerfile = 'Dockerfile'): void =>
  act(() => projectStore.setState({ project, dockerfile, text }));
const type = (text: string): void => act(() => projectStore.setState({ text }));

it('takes a short text at once', () => {
  open('FROM a\n');
  const { result } = renderHook(() => useSettledText());
  type('FROM ab\n');
  expect(result.current).toBe('FROM ab\n');
});

it('takes a long one when nobody has typed for a while, rendering only then', () => {
  open(long);
  let renders = 0;
  const { result } = renderHook(() => {
    renders++;
    return useSettledText();
  });
  const before = renders;
  for (const end of ['a', 'ab', 'abc']) {
    type(long + end);
    act(() => {
      vi.advanceTimersByTime(200);
    });
  }
  expect(result.current).toBe(long);
  expect(renders).toBe(before);
  act(() => {
    vi.advanceTimersByTime(100);
  });
  expect(result.current).toBe(`${long}abc`);
});

it('takes another file at once, and what is pasted into a short one', () => {
  open(long);
  const { result } = renderHook(() => useSettledText());
  open(`${long}# other`, 'other.Dockerfile');
  expect(result.current).toBe(`${long}# other`);
  type('FROM a\n');
  expect(result.current).toBe('FROM a\n');
  type(long);
  expect(result.current).toBe(long);
});
