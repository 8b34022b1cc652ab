import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { newBuildProgress } from '../../../../shared/model/progress/reduce';
import type { BuildProgress, Step } from '../../../../shared/model/progress/types';
import type { LogLine, LogStep } from '../../../stores/logLines';
import { LogFeed } from './logFeed';
import type { FeedItem, FeedSource } from './logFeed';

const amd = 'linux/amd64';
const arm = 'linux/arm64';

class Source implements FeedSource {
  first = 0;
  complete = false;
  openLine: LogLine | undefined;
  readonly lines: LogLine[] = [];
  constructor(readonly steps: LogStep[]) {}
  get end(): number {
    return this.lines.length;
  }
  line(number: number): LogLine | undefined {
    return number < this.first ? undefined : this.lines[number];
  }
  print(step: number, timeMs: number, text: string): void {
    this.lines.push({ step, stream: 1, timeMs, text });
  }
}

const names: LogStep[] = [
  { id: 'a', name: '[linux/amd64 1/1] RUN a' },
  { id: 'b', name: '[linux/arm64 1/1] RUN b' },
];

function progressOf(...steps: (Partial<Step> & { id: string; name: string })[]): BuildProgress {
  const full = steps.map((step): Step => ({
    node: 'n',
    inputs: [],
    status: 'running',
    activities: [],
    logLines: 0,
    ...step,
  }));
  return {
    ...newBuildProgress('x', [amd, arm], 0),
    status: 'running',
    order: full.map(({ id }) => id),
    steps: Object.fromEntries(full.map((step) => [step.id, step])),
  };
}

function short(items: readonly FeedItem[]): string[] {
  return items.map((item) => {
    if (item.type === 'line') return item.line.text;
    if (item.type === 'header') return `> ${item.step.id}${item.continued ? ' again' : ''}`;
    return `${item.step.status} ${item.step.id}${item.printed ? '' : ' alone'}`;
  });
}

describe('LogFeed', () => {
  it('puts a header before a step’s lines', () => {
    const source = new Source(names);
    source.print(0, 10, 'one');
    source.print(0, 11, 'two');
    const feed = new LogFeed(source, undefined, 100);
    expect(short(feed.pull(0, 100))).toEqual(['> a', 'one', 'two']);
    source.print(0, 12, 'three');
    expect(short(feed.pull(0, 100))).toEqual(['three']);
    expect(feed.pull(0, 100)).toEqual([]);
  });

  it('keeps the lines of steps that print at the same time together', () => {
    const source = new Source(names);
    for (let i = 0; i < 4; i++) {
      source.print(0, 100 + i, `a${i}`);
      source.print(1, 100 + i, `b${i}`);
    }
    source.complete = true;
    const feed = new LogFeed(source, undefined, 100);
    expect(short(feed.pull(0, 100))).toEqual(['> a', 'a0', 'a1', 'a2', 'a3', '> b', 'b0', 'b1', 'b2', 'b3']);
  });

  it('lets a waiting step write once the writer is silent or has written long enough', () => {
    const source = new Source(names);
    source.print(0, 100, 'a0');
    source.print(1, 101, 'b0');
    const feed = new LogFeed(source, undefined, 100);
    expect(short(feed.pull(1000, 100))).toEqual(['> a', 'a0']);
    expect(feed.pending).toBe(true);
    expect(short(feed.pull(1100, 100))).toEqual([]);
    expect(short(feed.pull(1400, 100))).toEqual(['> b', 'b0']);
    source.print(0, 500, 'a1');
    source.print(1, 501, 'b1');
    expect(short(feed.pull(1450, 100))).toEqual(['> a again', 'a1']);
  });

  it('keeps to its platform, and says when a step changes sides', () => {
    const source = new Source(names);
    source.print(0, 1, 'a0');
    source.print(1, 2, 'b0');
    source.complete = true;
    const feed = new LogFeed(source, arm, 100);
    expect(feed.follow(progressOf(names[0]!, names[1]!), 0)).toBe(true);
    expect(short(feed.pull(0, 100))).toEqual(['> b', 'b0']);
    const merged = progressOf(names[0]!, { ...names[1]!, inputs: ['a'] });
    expect(feed.follow(merged, 0)).toBe(false);
    const anew = new LogFeed(source, arm, 100);
    anew.follow(merged, 0);
    expect(short(anew.pull(0, 100))).toEqual(['> a', 'a0', '> b', 'b0']);
  });

  it('closes a step after its last line, also when the log comes late', () => {
    const source = new Source(names);
    source.print(0, 10, 'a0');
    const feed = new LogFeed(source, undefined, 100);
    feed.follow(progressOf(names[0]!), 0);
    expect(short(feed.pull(0, 100))).toEqual(['> a', 'a0']);
    feed.follow(
      progressOf({ ...names[0]!, status: 'done', startedMs: 5, completedMs: 20, inputs: ['x'] }),
      1000,
    );
    expect(feed.pull(1100, 100)).toEqual([]);
    source.print(0, 20, 'a1');
    expect(short(feed.pull(1200, 100))).toEqual(['a1']);
    expect(short(feed.pull(1400, 100))).toEqual(['done a']);
    source.print(1, 50, 'b0');
    expect(short(feed.pull(1500, 100))).toEqual(['> b', 'b0']);
  });

  it('gives steps without output a line of their own, in the order of time', () => {
    const source = new Source(names);
    source.print(0, 10, 'a0');
    source.print(0, 30, 'a1');
    source.complete = true;
    const feed = new LogFeed(source, undefined, 100);
    feed.follow(
      {
        ...progressOf(
          { id: 'meta', name: '[internal] load metadata', status: 'done', startedMs: 1, completedMs: 2 },
          { id: 'from', name: '[linux/amd64 1/2] FROM x', status: 'cached', startedMs: 3, completedMs: 4 },
          { ...names[0]!, status: 'failed', startedMs: 9, completedMs: 40, inputs: ['from'] },
          { ...names[1]!, status: 'done', startedMs: 15, completedMs: 20, inputs: ['from'] },
        ),
        endedMs: 50,
      },
      0,
    );
    expect(short(feed.pull(0, 100))).toEqual([
      'cached from alone',
      '> a',
      'a0',
      'done b alone',
      '> a again',
      'a1',
      'failed a',
    ]);
  });

  it('does not take an image for pulled before somebody builds on it', () => {
    const from = { id: 'from', name: '[1/2] FROM x', status: 'done' as const, startedMs: 1, completedMs: 2 };
    const next = { id: 'run', name: '[2/2] RUN x', inputs: ['from'] };
    const feed = new LogFeed(new Source([]), undefined, 100);
    feed.follow(progressOf(from, { ...next, status: 'queued' }), 0);
    expect(short(feed.pull(1000, 100))).toEqual([]);
    feed.follow(
      progressOf(
        { ...from, startedMs: 500, completedMs: 900 },
        { ...next, status: 'running', startedMs: 900 },
      ),
      1000,
    );
    expect(short(feed.pull(2000, 100))).toEqual(['done from alone']);
    expect(feed.pending).toBe(false);
  });

  it('leaves out what would scroll away at once, and counts it', () => {
    const source = new Source(names);
    for (let i = 0; i < 1000; i++) source.print(0, i, `a${i}`);
    source.first = 100;
    const feed = new LogFeed(source, undefined, 50);
    expect(short(feed.pull(0, 1000)).slice(0, 2)).toEqual(['> a', 'a950']);
    expect(feed.skipped).toBe(950);
  });

  it('shows the unfinished line of the writer only', () => {
    const source = new Source(names);
    source.openLine = { step: 0, stream: 1, timeMs: 5, text: '50%' };
    const feed = new LogFeed(source, arm, 100);
    feed.follow(progressOf(names[0]!, names[1]!), 0);
    expect(feed.pull(0, 100)).toEqual([]);
    expect(feed.tail).toBeUndefined();
    source.openLine = { step: 1, stream: 1, timeMs: 5, text: '10%' };
    expect(short(feed.pull(0, 100))).toEqual(['> b']);
    expect(feed.tail?.text).toBe('10%');
  });

  it('loses no line and keeps each step’s order, whoever prints when', () => {
    const prints = fc.array(fc.record({ step: fc.nat(4), after: fc.nat(700), pull: fc.boolean() }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(prints, (all) => {
        const source = new Source(
          Array.from({ length: 5 }, (_, index) => ({ id: `s${index}`, name: `[${index}/5] RUN x` })),
        );
        const feed = new LogFeed(source, undefined, 1000);
        const items: FeedItem[] = [];
        let now = 0;
        all.forEach(({ step, after, pull }, index) => {
          now += after;
          source.print(step, now, `${step}:${index}`);
          if (pull) items.push(...feed.pull(now, 7));
        });
        source.complete = true;
        for (let more = feed.pull(now, 7); more.length > 0; more = feed.pull(now, 7)) items.push(...more);
        expect(feed.pending).toBe(false);

        let writer = '';
        const lines: string[] = [];
        for (const item of items) {
          if (item.type === 'header') writer = item.step.id;
          if (item.type !== 'line') continue;
          expect(writer).toBe(item.step.id);
          lines.push(item.line.text);
        }
        const ofStep = (texts: string[], step: number): string[] =>
          texts.filter((text) => text.startsWith(`${step}:`));
        for (let step = 0; step < 5; step++) {
          expect(ofStep(lines, step)).toEqual(
            ofStep(
              source.lines.map((line) => line.text),
              step,
            ),
          );
        }
      }),
    );
  });
});
