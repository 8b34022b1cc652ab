import { formatDuration } from '../../../../shared/model/duration';
import { stepDurationMs } from '../../../../shared/model/progress/reduce';
import { parseStepName } from '../../../../shared/model/progress/stepName';
import type { Step } from '../../../../shared/model/progress/types';
import type { LogLine } from '../../../stores/logLines';
import type { FeedItem } from './logFeed';
import { stepTitle } from './stepTitle';
import { colourAfter, cutToColumns, plainText, terminalText } from './terminalText';

export type TimestampMode = 'relative' | 'clock' | 'off';

/** Texts in the language of the page. */
export interface LogWords {
  continued: string;
  cached: string;
  failed: string;
  cancelled: string;
}

export interface LogFormat {
  timestamps: TimestampMode;
  /** Time zero of relative timestamps, ms since the epoch by the daemon's clock. */
  originMs: number;
  /** Put the platform before each step: in the pane of all. */
  withPlatform: boolean;
  words: LogWords;
  /** Background of header rows, as an SGR parameter such as `48;2;28;29;32`. */
  headerBackground: string;
}

const sgr = (parameters: string): string => `\u001b[${parameters}m`;
const reset = sgr('0');
const dim = sgr('90');
const bold = sgr('1');
const toLineEnd = '\u001b[K';
/** Rewinds to the start of the row and clears it. */
export const clearRow = `\r${toLineEnd}`;

const longestTitle = 160;

/** Writes feed items as what a terminal shows; remembers the colour each step left switched on. */
export class LogFormatter {
  private readonly colours = new Map<string, string>();

  constructor(private readonly format: LogFormat) {}

  /** One item as whole terminal rows, with their line ends. */
  item(item: FeedItem): string {
    switch (item.type) {
      case 'header':
        return this.header(item.step.name, item.continued);
      case 'line':
        return `${this.line(item.line)}\r\n`;
      case 'finished':
        return this.finished(item.step, item.printed);
    }
  }

  /** An unfinished line, cut to one row so that {@link clearRow} can take it back. */
  tail(line: LogLine, columns: number): string {
    const prefix = this.timestamp(line.timeMs);
    const text = plainText(terminalText(line.text)).replaceAll('\t', ' ');
    return `${dim}${prefix}${reset}${cutToColumns(text, columns - 1 - prefix.length)}`;
  }

  private line(line: LogLine): string {
    const key = `${line.step} ${line.stream}`;
    const before = this.colours.get(key) ?? '';
    const text = terminalText(line.text);
    const after = colourAfter(before, text);
    if (after !== before) this.colours.set(key, after);
    const prefix = this.timestamp(line.timeMs);
    const coloured = before !== '' || text.includes('\u001b');
    return `${prefix === '' ? '' : dim + prefix + reset}${before}${text}${coloured ? reset : ''}`;
  }

  private header(name: string, continued: boolean): string {
    const note = continued ? ` ${dim}${this.format.words.continued}` : '';
    return `${sgr(this.format.headerBackground)}▸ ${this.title(name)}${note}${toLineEnd}${reset}\r\n`;
  }

  private finished(step: Step, printed: boolean): string {
    const { words } = this.format;
    const duration = stepDurationMs(step, step.completedMs ?? 0) ?? 0;
    const took = formatDuration(duration);
    const [mark, colour, note] = {
      cached: ['□', '90', words.cached],
      failed: ['✗', '31', `${words.failed} · ${took}`],
      cancelled: ['⊘', '90', words.cancelled],
      done: ['✓', '32', took],
      running: ['▸', '34', took],
      queued: ['▸', '90', ''],
    }[step.status] as [string, string, string];
    const title = printed
      ? `${dim}${this.platform(step.name)}${stepTitle(step.name).position}`
      : this.title(step.name);
    return `${sgr(colour)}${mark}${reset} ${title}${reset} ${dim}${note}${reset}\r\n`;
  }

  private title(name: string): string {
    const { position, text } = stepTitle(name);
    const shown = terminalText(text);
    const short = shown.length > longestTitle ? `${plainText(shown).slice(0, longestTitle)}…` : shown;
    const platform = this.platform(name);
    return `${platform === '' ? '' : `${dim}${platform}${sgr('39')}`}${position === '' ? '' : `${dim}${position}${sgr('39')} `}${bold}${short}${sgr('22')}`;
  }

  private platform(name: string): string {
    const { platform } = parseStepName(name);
    return this.format.withPlatform && platform !== undefined ? `${platform} ` : '';
  }

  private timestamp(timeMs: number): string {
    const { timestamps, originMs } = this.format;
    if (timestamps === 'off') return '';
    if (timestamps === 'clock') return `${clock(timeMs)} `;
    return `${(Math.max(0, timeMs - originMs) / 1000).toFixed(1).padStart(5)} `;
  }
}

function clock(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
