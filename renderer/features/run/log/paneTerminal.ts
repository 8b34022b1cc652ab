import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import type { IMarker } from '@xterm/xterm';
import type { BuildProgress } from '../../../../shared/model/progress/types';
import type { LogSource } from '../../../stores/logStore';
import { clearRow, LogFormatter } from './formatLog';
import type { LogFormat } from './formatLog';
import { LogFeed } from './logFeed';
import type { FeedItem } from './logFeed';
import { RecentText } from './recentText';
import { terminalLook } from './terminalTheme';
import type { TerminalLook } from './terminalTheme';

/** Rows that can be scrolled back to; at 100 columns they take 24 MB. */
const scrollback = 20_000;
const itemsPerWrite = 1000;
const linesPerMarker = 500;
const pendingCheckMs = 100;
const rowPixels = 17;

export interface PaneEvents {
  /** Matches of the search term, and which one is current (from 0; -1 for none). */
  onMatches(current: number, count: number): void;
  /** The person scrolled: whether the newest line is in sight. */
  onScrolled(atEnd: boolean): void;
  /** Lines that can no longer be scrolled back to. */
  onEarlier(lines: number): void;
}

/** How the lines are written; the background comes from the theme. */
export type PaneFormat = Omit<LogFormat, 'headerBackground'>;

/**
 * Shows one platform's log, or the whole, in a terminal. It reads from the log at its own pace: each portion waits for
 * the terminal to have taken in the one before, and what would scroll out at once is left out.
 */
export class PaneTerminal {
  private readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly search = new SearchAddon();
  private readonly recent: RecentText;
  private readonly stops: (() => void)[] = [];
  private look: TerminalLook;
  private feed: LogFeed;
  private formatter: LogFormatter;
  private progress: BuildProgress | undefined;
  private readonly stepMarkers = new Map<string, IMarker>();
  private linesWritten = 0;
  private linesTrimmed = 0;
  private tailShown = '';
  private busy = false;
  private rebuildWanted = false;
  private disposed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private following = true;
  private term = '';

  /**
   * @param host the element to fill
   * @param accessible takes the newest lines as text, for readers that can't use the terminal
   */
  constructor(
    private readonly host: HTMLElement,
    accessible: HTMLElement,
    private readonly source: LogSource,
    private readonly platform: string | undefined,
    private format: PaneFormat,
    private readonly events: PaneEvents,
  ) {
    this.look = terminalLook(host);
    this.recent = new RecentText(accessible);
    this.feed = new LogFeed(source, platform, scrollback);
    this.formatter = this.newFormatter();
    this.terminal = new Terminal({
      allowProposedApi: true,
      convertEol: false,
      disableStdin: true,
      cursorStyle: 'bar',
      cursorInactiveStyle: 'none',
      cursorBlink: false,
      fontFamily: this.look.fontFamily,
      fontSize: 11,
      fontWeight: 'normal',
      fontWeightBold: 600,
      minimumContrastRatio: 4.5,
      scrollback,
      // Also the width of the scroll bar.
      overviewRuler: { width: 8 },
      theme: this.look.theme,
      // Links in a build's output come from strangers and lead nowhere.
      linkHandler: { activate: () => undefined, allowNonHttpProtocols: false },
    });
    this.terminal.loadAddon(this.fit);
    this.terminal.loadAddon(this.search);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = '11';
    // All keys belong to the page: the terminal takes no input, and Tab must lead out of it.
    this.terminal.attachCustomKeyEventHandler(() => false);
    this.terminal.open(host);
    if (this.terminal.textarea !== undefined) this.terminal.textarea.tabIndex = -1;
    this.setRowHeight();
    this.refit();
    this.listen();
  }

  /** Takes over newer progress; what was printed under other assumptions is printed anew. */
  setProgress(progress: BuildProgress | undefined): void {
    this.progress = progress;
    if (!this.feed.follow(progress, Date.now())) this.rebuild();
    this.pump();
  }

  setFormat(format: PaneFormat): void {
    this.format = format;
    this.rebuild();
  }

  /** Reads the colours anew. */
  themeChanged(): void {
    this.look = terminalLook(this.host);
    this.terminal.options.theme = this.look.theme;
    this.rebuild();
  }

  setFollowing(following: boolean): void {
    this.following = following;
    if (following) this.terminal.scrollToBottom();
  }

  /** Marks all matches; an empty term takes the marks away. */
  setSearch(term: string): void {
    if (term === this.term) return;
    this.term = term;
    if (term === '') {
      this.search.clearDecorations();
      this.terminal.clearSelection();
      this.events.onMatches(-1, 0);
    } else this.search.findPrevious(term, this.searchOptions());
  }

  /** Goes to the next or previous match. @returns whether there is one */
  find(direction: 'next' | 'previous'): boolean {
    if (this.term === '') return false;
    const options = this.searchOptions();
    return direction === 'next'
      ? this.search.findNext(this.term, options)
      : this.search.findPrevious(this.term, options);
  }

  /** Shows where a step begins. @returns false when it has nothing in this pane (any more) */
  scrollToStep(id: string): boolean {
    const marker = this.stepMarkers.get(id);
    if (marker === undefined || marker.isDisposed || marker.line < 0) return false;
    this.terminal.scrollToLine(marker.line);
    return true;
  }

  scrollBy(rows: number): void {
    if (rows === -Infinity) this.terminal.scrollToTop();
    else if (rows === Infinity) this.terminal.scrollToBottom();
    else this.terminal.scrollLines(rows);
    this.scrolled();
  }

  get rows(): number {
    return this.terminal.rows;
  }

  /** What is selected in the pane. */
  get selection(): string {
    const selection = this.terminal.getSelection();
    // The current match is selected too, but not by the person.
    return this.term !== '' && selection.toLowerCase() === this.term.toLowerCase() ? '' : selection;
  }

  /** Everything that can be scrolled to, as text. */
  get text(): string {
    const { active } = this.terminal.buffer;
    let text = '';
    for (let at = 0; at < active.length; at++) {
      const row = active.getLine(at);
      const wraps = active.getLine(at + 1)?.isWrapped === true;
      text += `${row?.translateToString(!wraps) ?? ''}${wraps ? '' : '\n'}`;
    }
    return text.trimEnd();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.stops.forEach((stop) => stop());
    this.recent.dispose();
    this.terminal.dispose();
  }

  private listen(): void {
    this.stops.push(this.source.subscribe(() => this.pump()));
    const matches = this.search.onDidChangeResults(({ resultIndex, resultCount }) => {
      if (this.term !== '') this.events.onMatches(resultIndex, resultCount);
    });
    this.stops.push(() => matches.dispose());

    let resizing: ReturnType<typeof setTimeout> | undefined;
    const resized = new ResizeObserver(() => {
      clearTimeout(resizing);
      resizing = setTimeout(() => this.refit(), 60);
    });
    resized.observe(this.host);
    this.stops.push(() => (clearTimeout(resizing), resized.disconnect()));

    // The terminal keeps the wheel to itself, so it is heard on its way down.
    const listening = { capture: true, passive: true } as const;
    const wheel = (event: WheelEvent): void => {
      // At once: the next line would scroll back to the end before the next frame.
      if (event.deltaY < 0 && this.terminal.buffer.active.viewportY > 0) {
        this.following = false;
        this.events.onScrolled(false);
      } else requestAnimationFrame(() => this.scrolled());
    };
    const released = (): void => void requestAnimationFrame(() => this.scrolled());
    this.host.addEventListener('wheel', wheel, listening);
    this.host.addEventListener('pointerup', released, listening);
    this.stops.push(() => {
      this.host.removeEventListener('wheel', wheel, listening);
      this.host.removeEventListener('pointerup', released, listening);
    });
  }

  private scrolled(): void {
    if (this.disposed) return;
    const { viewportY, baseY } = this.terminal.buffer.active;
    this.events.onScrolled(viewportY >= baseY);
  }

  private newFormatter(): LogFormatter {
    return new LogFormatter({ ...this.format, headerBackground: this.look.headerBackground });
  }

  /** Prints everything anew, as soon as the terminal has taken in what is on its way. */
  private rebuild(): void {
    this.rebuildWanted = true;
    this.pump();
  }

  private startOver(): void {
    this.rebuildWanted = false;
    this.terminal.reset();
    this.stepMarkers.clear();
    this.recent.clear();
    this.tailShown = '';
    this.linesWritten = 0;
    this.linesTrimmed = 0;
    this.events.onEarlier(0);
    this.feed = new LogFeed(this.source, this.platform, scrollback);
    this.feed.follow(this.progress, Date.now());
    this.formatter = this.newFormatter();
  }

  private pump(): void {
    if (this.busy || this.disposed) return;
    if (this.rebuildWanted) this.startOver();
    clearTimeout(this.timer);
    const items = this.feed.pull(Date.now(), itemsPerWrite);
    const { tail } = this.feed;
    const tailText = tail === undefined ? '' : this.formatter.tail(tail, this.terminal.cols);
    if (items.length === 0 && tailText === this.tailShown) {
      if (this.feed.pending) this.timer = setTimeout(() => this.pump(), pendingCheckMs);
      return;
    }
    this.write(items, tailText);
  }

  private write(items: FeedItem[], tailText: string): void {
    this.busy = true;
    let text = this.tailShown === '' ? '' : clearRow;
    this.tailShown = tailText;
    for (const item of items) {
      if (this.wantsMarker(item)) {
        const line = this.linesWritten;
        this.terminal.write(text, () => this.mark(item, line));
        text = '';
      }
      const shown = this.formatter.item(item);
      this.recent.add(shown);
      text += shown;
      if (item.type === 'line') this.linesWritten++;
    }
    this.terminal.write(text + tailText, () => {
      this.busy = false;
      if (this.disposed) return;
      if (this.following) this.terminal.scrollToBottom();
      this.reportEarlier();
      this.timer = setTimeout(() => this.pump(), items.length < itemsPerWrite ? pendingCheckMs : 0);
    });
  }

  private wantsMarker(item: FeedItem): boolean {
    if (item.type === 'line') return this.linesWritten % linesPerMarker === 0;
    return !this.stepMarkers.has(item.step.id);
  }

  /** Remembers the row at which the terminal is now. */
  private mark(item: FeedItem, line: number): void {
    if (this.disposed) return;
    const marker = this.terminal.registerMarker(0);
    if (item.type !== 'line') {
      if (!this.stepMarkers.has(item.step.id)) this.stepMarkers.set(item.step.id, marker);
      return;
    }
    marker.onDispose(() => {
      this.linesTrimmed = Math.max(this.linesTrimmed, line);
    });
  }

  private reportEarlier(): void {
    const gone = this.feed.skipped + this.linesTrimmed;
    if (gone === 0) return;
    const printed = this.feed.printedLines ?? Infinity;
    this.events.onEarlier(Math.max(0, Math.min(gone, printed - this.linesWritten + this.linesTrimmed)));
  }

  private refit(): void {
    if (this.disposed || this.host.clientWidth < 40 || this.host.clientHeight < rowPixels) return;
    this.fit.fit();
    if (this.following) this.terminal.scrollToBottom();
  }

  /** The terminal measures its font; the design wants rows of 17 px. */
  private setRowHeight(): void {
    const row = this.host.querySelector('.xterm-rows > div')?.getBoundingClientRect().height ?? 0;
    if (row > 0) this.terminal.options.lineHeight = Math.max(1, rowPixels / row);
  }

  private searchOptions() {
    const { look } = this;
    return {
      decorations: {
        matchBackground: look.matchBackground,
        activeMatchBackground: look.activeMatchBackground,
        activeMatchBorder: look.matchBorder,
        matchOverviewRuler: look.matchBorder,
        activeMatchColorOverviewRuler: look.matchBorder,
      },
    };
  }
}
