import { plainText, terminalText } from '../../run/log/terminalText';

/** Lines that are kept of what a container prints. */
const mostLines = 5000;

/** Characters that are kept of a line that does not end. */
const longestLine = 100_000;

/** What a container has printed, line by line, without what only a terminal understands. */
export class RunOutput {
  private readonly decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  private readonly lines: string[] = [];
  private readonly open = { stdout: '', stderr: '' };
  /** Lines that are no longer kept. */
  dropped = 0;

  add(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const parts = (this.open[stream] + this.decoders[stream].decode(bytes, { stream: true })).split('\n');
    this.open[stream] = (parts.pop() ?? '').slice(-longestLine);
    for (const part of parts) this.lines.push(fit(part));
    const over = this.lines.length - mostLines;
    if (over > 0) {
      this.lines.splice(0, over);
      this.dropped += over;
    }
  }

  /** Everything that is kept, with the lines that have not ended. */
  text(): string {
    const open = [this.open.stdout, this.open.stderr].filter((line) => line !== '').map(fit);
    return [...this.lines, ...open].join('\n');
  }
}

const fit = (line: string): string => plainText(terminalText(line.replace(/\r$/, '')));
