import { plainText } from './terminalText';

const mostLines = 500;
const updateEveryMs = 500;

/** Keeps the newest rows of a log as plain text in an element, at most twice a second. */
export class RecentText {
  private rows: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly element: HTMLElement) {
    this.show();
  }

  /** @param shown terminal rows with their line ends */
  add(shown: string): void {
    this.rows.push(shown);
    if (this.rows.length > 2 * mostLines) this.rows = this.rows.slice(-mostLines);
    this.timer ??= setTimeout(this.show, updateEveryMs);
  }

  clear(): void {
    this.rows = [];
    this.show();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private readonly show = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = plainText(this.rows.slice(-mostLines).join(''));
    this.element.textContent = text.replaceAll('\u001b[K', '').replaceAll('\r\n', '\n');
  };
}
