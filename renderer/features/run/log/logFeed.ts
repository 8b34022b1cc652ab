import { stepPlatforms } from '../../../../shared/model/progress/lanes';
import { parseStepName } from '../../../../shared/model/progress/stepName';
import type { BuildProgress, Step } from '../../../../shared/model/progress/types';
import type { LogSource } from '../../../stores/logStore';
import type { LogLine, LogStep } from '../../../stores/logLines';

/** What a log pane prints, in this order. */
export type FeedItem =
  /** The step whose lines follow; `continued` when it printed before. */
  | { type: 'header'; step: LogStep; continued: boolean }
  | { type: 'line'; step: LogStep; line: LogLine }
  /** A step is over. `printed` says whether it has lines in the pane. */
  | { type: 'finished'; step: Step; printed: boolean };

export type FeedSource = Pick<LogSource, 'steps' | 'first' | 'end' | 'line' | 'openLine' | 'complete'>;

/** Lines of the step that writes now stay together for so long while others want to write too. */
const keepWriterMs = 1000;
/** A step that printed nothing for so long gives way to others. */
const idleWriterMs = 300;
/** Log and progress come in two streams; a step's end is held back until its last lines had time to arrive. */
const settleMs = 300;
const mostWaiting = 2000;

/**
 * Turns a build's log and progress into what one pane prints: the lines of one platform's steps (or of all), under a
 * header whenever the writer changes, and a closing line for each step. Lines of steps that print at the same time are
 * gathered, so that headers don't outnumber them.
 */
export class LogFeed {
  /** Lines that were left out because so many came after them, whether they belong to this pane or not. */
  skipped = 0;
  private next = 0;
  private writer: number | undefined;
  private writerLineMs = 0;
  private writerSeenMs = 0;
  private readonly waiting = new Map<number, LogLine[]>();
  private waitingCount = 0;
  private waitingSinceMs = 0;
  private readonly wanted = new Map<number, boolean>();
  private readonly printed = new Set<string>();
  private readonly finishedAt = new Map<string, number>();
  private progress: BuildProgress | undefined;
  private ends: { step: Step; seenMs: number }[] = [];

  /** @param platform of the pane; undefined for the pane of all */
  constructor(
    private readonly source: FeedSource,
    private readonly platform: string | undefined,
    private readonly mostLines: number,
  ) {}

  /** Takes over newer progress. @returns false when lines in the pane no longer belong to it, or others now do */
  follow(progress: BuildProgress | undefined, nowMs: number): boolean {
    if (progress === this.progress) return true;
    this.progress = progress;
    for (const [number, before] of this.wanted) {
      const step = this.source.steps[number];
      if (step !== undefined && this.serves(step) !== before) return false;
    }
    this.ends = this.findEnds(nowMs);
    return true;
  }

  /**
   * @param most about how many items to return
   * @returns what to print next; empty when there is nothing for now
   */
  pull(nowMs: number, most: number): FeedItem[] {
    const items: FeedItem[] = [];
    this.skipSurplus();
    for (; this.next < this.source.end && items.length < most; this.next++) {
      const line = this.source.line(this.next);
      if (line === undefined || !this.wants(line.step)) continue;
      this.finishUntil(line.timeMs, items);
      this.take(line, nowMs, items);
    }
    if (this.next >= this.source.end) this.settle(nowMs, items);
    return items;
  }

  /** The unfinished line of the step that writes now, when everything before it was pulled. */
  get tail(): LogLine | undefined {
    const open = this.source.openLine;
    const ready = open !== undefined && this.next >= this.source.end && open.step === this.writer;
    return ready && this.wants(open.step) ? open : undefined;
  }

  /** Whether `pull` will have something although nothing new has come. */
  get pending(): boolean {
    return (
      this.next < this.source.end || this.waitingCount > 0 || this.ends.length > 0 || this.openElsewhere()
    );
  }

  /** Lines that the pane's steps have printed by the progress' account; undefined while nothing is known. */
  get printedLines(): number | undefined {
    if (this.progress === undefined) return undefined;
    const own = Object.values(this.progress.steps).filter((step) => this.serves(step));
    return own.reduce((sum, step) => sum + step.logLines, 0);
  }

  private openElsewhere(): boolean {
    const open = this.source.openLine;
    return open !== undefined && open.step !== this.writer && this.wants(open.step);
  }

  private take(line: LogLine, nowMs: number, items: FeedItem[]): void {
    if (this.writer === undefined || line.step === this.writer) {
      this.print(line, nowMs, items);
      return;
    }
    const others = this.waiting.get(line.step) ?? [];
    if (this.waitingCount === 0) this.waitingSinceMs = nowMs;
    this.waiting.set(line.step, others);
    others.push(line);
    this.waitingCount++;
    const [oldest] = this.waiting.values();
    const waited = line.timeMs - (oldest?.[0]?.timeMs ?? line.timeMs);
    const idle = line.timeMs - this.writerLineMs;
    if (waited > keepWriterMs || idle > idleWriterMs || this.waitingCount > mostWaiting) {
      this.changeWriter(nowMs, items);
    }
  }

  /** Nothing more has come: lets those go that have waited long enough, or all when the log is complete. */
  private settle(nowMs: number, items: FeedItem[]): void {
    const over = this.source.complete;
    const since = (ms: number): number => (over ? Infinity : nowMs - ms);
    while (
      this.waitingCount > 0 &&
      (since(this.waitingSinceMs) > keepWriterMs || since(this.writerSeenMs) > idleWriterMs)
    ) {
      this.changeWriter(nowMs, items);
      if (!over) break;
    }
    if (this.waitingCount === 0) {
      const ready = this.ends.filter((end) => since(end.seenMs) > settleMs);
      this.ends = this.ends.filter((end) => !ready.includes(end));
      for (const { step } of ready) this.finish(step, items);
    }
    const open = this.source.openLine;
    if (open === undefined || open.step === this.writer || !this.wants(open.step)) return;
    if (this.writer === undefined || since(this.writerSeenMs) > idleWriterMs)
      this.begin(open.step, nowMs, items);
  }

  private changeWriter(nowMs: number, items: FeedItem[]): void {
    const [oldest] = this.waiting;
    if (oldest === undefined) return;
    const [step, lines] = oldest;
    this.waiting.delete(step);
    this.waitingCount -= lines.length;
    this.waitingSinceMs = nowMs;
    for (const line of lines) this.print(line, nowMs, items);
  }

  private print(line: LogLine, nowMs: number, items: FeedItem[]): void {
    if (line.step !== this.writer) this.begin(line.step, nowMs, items);
    this.writerLineMs = line.timeMs;
    this.writerSeenMs = nowMs;
    items.push({ type: 'line', step: this.stepOf(line.step), line });
  }

  private begin(number: number, nowMs: number, items: FeedItem[]): void {
    const step = this.stepOf(number);
    items.push({ type: 'header', step, continued: this.printed.has(step.id) });
    this.printed.add(step.id);
    this.writer = number;
    this.writerSeenMs = nowMs;
  }

  private finishUntil(timeMs: number, items: FeedItem[]): void {
    while (this.ends.length > 0 && (this.ends[0]?.step.completedMs ?? 0) < timeMs) {
      const end = this.ends.shift();
      if (end !== undefined) this.finish(end.step, items);
    }
  }

  private finish(step: Step, items: FeedItem[]): void {
    for (const [number, lines] of this.waiting) {
      if (this.stepOf(number).id !== step.id) continue;
      this.waiting.delete(number);
      this.waitingCount -= lines.length;
      for (const line of lines) this.print(line, this.writerSeenMs, items);
    }
    this.finishedAt.set(step.id, step.completedMs ?? 0);
    items.push({ type: 'finished', step, printed: this.printed.has(step.id) });
    this.writer = undefined;
  }

  /** Steps that are over and not yet printed as such, in the order of their ends. */
  private findEnds(nowMs: number): { step: Step; seenMs: number }[] {
    const { progress } = this;
    if (progress === undefined) return [];
    const seen = new Map(this.ends.map((end) => [end.step.id, end.seenMs]));
    const inUse = inputsInUse(progress);
    const ends: { step: Step; seenMs: number }[] = [];
    for (const id of progress.order) {
      const step = progress.steps[id];
      if (step?.completedMs === undefined || this.finishedAt.get(id) === step.completedMs) continue;
      if (!isWorthALine(step, this.printed.has(id)) || !this.serves(step)) continue;
      // An image is "done" once it is resolved and again when it was pulled: wait until somebody builds on it.
      if (
        step.inputs.length === 0 &&
        step.status === 'done' &&
        progress.endedMs === undefined &&
        !inUse.has(id)
      )
        continue;
      ends.push({ step, seenMs: seen.get(id) ?? nowMs });
    }
    return ends.sort((a, b) => (a.step.completedMs ?? 0) - (b.step.completedMs ?? 0));
  }

  /** Jumps over lines that would scroll out of the pane at once. */
  private skipSurplus(): void {
    const { first, end } = this.source;
    if (this.next < first) {
      this.skipped += first - this.next;
      this.next = first;
    }
    if (end - this.next <= this.mostLines) return;
    let from = end;
    for (let found = 0; from > this.next && found < this.mostLines; from--) {
      if (this.wants(this.source.line(from - 1)?.step ?? -1)) found++;
    }
    this.skipped += from - this.next;
    this.next = from;
  }

  private wants(number: number): boolean {
    const known = this.wanted.get(number);
    if (known !== undefined) return known;
    const step = this.source.steps[number];
    if (step === undefined) return false;
    const wants = this.serves(step);
    this.wanted.set(number, wants);
    return wants;
  }

  private serves(step: { id: string; name: string }): boolean {
    if (this.platform === undefined) return true;
    const platforms = this.progress === undefined ? undefined : stepPlatforms(this.progress).get(step.id);
    if (platforms !== undefined) return platforms.includes(this.platform);
    const named = parseStepName(step.name).platform;
    return named === undefined || named === this.platform;
  }

  private stepOf(number: number): LogStep {
    return this.source.steps[number] ?? { id: String(number), name: '' };
  }
}

function isWorthALine(step: Step, printed: boolean): boolean {
  if (printed || step.status === 'failed') return true;
  const { kind } = parseStepName(step.name);
  return step.startedMs !== undefined && kind !== 'internal' && kind !== 'auth';
}

const inputsByProgress = new WeakMap<BuildProgress, Set<string>>();

/** Ids of the steps whose result some other step has already asked for. */
function inputsInUse(progress: BuildProgress): Set<string> {
  let inUse = inputsByProgress.get(progress);
  if (inUse === undefined) {
    inUse = new Set();
    for (const step of Object.values(progress.steps)) {
      if (step.status !== 'queued') step.inputs.forEach((input) => inUse?.add(input));
    }
    inputsByProgress.set(progress, inUse);
  }
  return inUse;
}
