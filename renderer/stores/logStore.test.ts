import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { encodeOutputRecord, encodeStepRecord } from '../../shared/model/log/records';
import { sampleStudio } from '../testing/samples';
import { buildsStore } from './buildsStore';
import { followLog, shownLog } from './logStore';

const line = (text: string): Uint8Array => encodeOutputRecord(0, 1, 5, new TextEncoder().encode(`${text}\n`));

let stop = (): void => undefined;
beforeEach(() => {
  vi.useFakeTimers();
  buildsStore.setState({ loaded: true, builds: [], starting: false, shownId: 'b1' }, true);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it("reads the shown build's log and tells its listeners once per frame", () => {
  const core = sampleStudio();
  stop = followLog();
  const log = shownLog();
  const heard = vi.fn();
  log?.subscribe(heard);
  core.push('builds.log', encodeStepRecord(0, 'sha256:a', '[1/1] RUN x'));
  for (let index = 0; index < 50; index++) core.push('builds.log', line(String(index)));
  vi.advanceTimersByTime(200);
  expect(heard).toHaveBeenCalledTimes(1);
  expect(log).toMatchObject({ buildId: 'b1', first: 0, end: 50, complete: false });
  expect(log?.steps[0]).toEqual({ id: 'sha256:a', name: '[1/1] RUN x' });
  expect(log?.line(49)?.text).toBe('49');
  core.end('builds.log');
  vi.advanceTimersByTime(200);
  expect(log?.complete).toBe(true);
});

it('changes with the shown build', () => {
  const core = sampleStudio();
  stop = followLog();
  buildsStore.setState({ shownId: 'b2' });
  expect(shownLog()?.buildId).toBe('b2');
  expect(core.open('builds.log')).toEqual([{ id: 'b2' }]);
  stop();
  expect(shownLog()).toBeUndefined();
});

it('says when the bytes are no log', () => {
  const core = sampleStudio();
  stop = followLog();
  core.push('builds.log', new Uint8Array(64).fill(255));
  expect(shownLog()?.error).toMatchObject({ code: 'internal' });
});
