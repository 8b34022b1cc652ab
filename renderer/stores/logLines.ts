import type { LogRecord } from '../../shared/model/log/records';

/** A line that a step printed, without its line end; ANSI sequences and carriage returns are still in it. */
export interface LogLine {
  /** Number of the step, an index into {@link LogLines.steps}. */
  step: number;
  /** 1 stdout, 2 stderr. */
  stream: number;
  /** Milliseconds since the epoch, of the line's end. */
  timeMs: number;
  text: string;
}

export interface LogStep {
  /** Digest of the vertex. */
  id: string;
  name: string;
}

interface OpenLine {
  decoder: TextDecoder;
  text: string;
  timeMs: number;
}

/** Output without a line end is cut here, so that one endless line can't take all memory. */
const longestLine = 64 * 1024;

/**
 * Cuts a build's output into lines and keeps the newest of them, up to a number and to an amount of memory. Lines are
 * numbered from 0 in order of arrival; numbers stay when older lines are dropped.
 */
export class LogLines {
  readonly steps: LogStep[] = [];
  private readonly lines: LogLine[] = [];
  private dropped = 0;
  private characters = 0;
  private readonly open = new Map<string, OpenLine>();
  private lastOpen: string | undefined;

  constructor(
    private readonly maxLines = 200_000,
    private readonly maxCharacters = 32 * 1024 * 1024,
  ) {}

  /** Number of the oldest kept line, which is how many were dropped. */
  get first(): number {
    return this.dropped;
  }

  /** One more than the number of the newest line. */
  get end(): number {
    return this.dropped + this.lines.length;
  }

  line(number: number): LogLine | undefined {
    return this.lines[number - this.dropped];
  }

  /** The line that is being printed and has not ended yet, such as a progress bar; of the step that printed last. */
  get openLine(): LogLine | undefined {
    const open = this.lastOpen === undefined ? undefined : this.open.get(this.lastOpen);
    if (open === undefined || this.lastOpen === undefined || open.text === '') return undefined;
    const [step = 0, stream = 1] = this.lastOpen.split(' ').map(Number);
    return { step, stream, timeMs: open.timeMs, text: open.text };
  }

  add(record: LogRecord): void {
    if (record.type === 'step') {
      this.steps[record.step] = { id: record.id, name: record.name };
      return;
    }
    const { step, stream, timeMs } = record;
    const key = `${step} ${stream}`;
    const open = this.open.get(key) ?? { decoder: new TextDecoder(), text: '', timeMs };
    this.open.set(key, open);
    this.lastOpen = key;
    const parts = (open.text + open.decoder.decode(record.data, { stream: true })).split('\n');
    open.timeMs = timeMs;
    open.text = lastState(parts.pop() ?? '');
    for (const part of parts) this.push({ step, stream, timeMs, text: withoutReturn(part) });
    if (open.text.length > longestLine) {
      this.push({ step, stream, timeMs, text: open.text });
      open.text = '';
    }
    this.trim();
  }

  /** Output that was not ended by a line end becomes lines. */
  finish(): void {
    for (const [key, { text, timeMs, decoder }] of this.open) {
      const rest = withoutReturn(text + decoder.decode());
      const [step, stream] = key.split(' ').map(Number);
      if (rest !== '') this.push({ step: step ?? 0, stream: stream ?? 1, timeMs, text: rest });
    }
    this.open.clear();
    this.trim();
  }

  private push(line: LogLine): void {
    this.lines.push(line);
    this.characters += line.text.length;
  }

  /** Drops in large portions, since taking from the front of an array moves all that remains. */
  private trim(): void {
    if (this.lines.length <= this.maxLines && this.characters <= this.maxCharacters) return;
    const keepLines = Math.floor(this.maxLines * 0.9);
    const keepCharacters = Math.floor(this.maxCharacters * 0.9);
    let drop = Math.max(0, this.lines.length - keepLines);
    let kept = this.characters;
    for (let at = 0; at < drop; at++) kept -= this.lines[at]?.text.length ?? 0;
    while (kept > keepCharacters && drop < this.lines.length - 1)
      kept -= this.lines[drop++]?.text.length ?? 0;
    this.lines.splice(0, drop);
    this.dropped += drop;
    this.characters = kept;
  }
}

/** A progress bar draws over itself; only its newest state is worth keeping. */
function lastState(text: string): string {
  const at = text.lastIndexOf('\r', text.length - 2);
  return at <= 0 ? text : text.slice(at);
}

/** Terminals on Windows and tools that expect one end lines with CR LF. */
function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
