import type { ITheme } from '@xterm/xterm';

/** The terminal's colours and font as the tokens give them in an element's theme. */
export interface TerminalLook {
  theme: ITheme;
  fontFamily: string;
  /** SGR parameter for the background of header rows. */
  headerBackground: string;
  matchBackground: string;
  activeMatchBackground: string;
  matchBorder: string;
}

/** Reads the look from the tokens; `host` has to be in the page. */
export function terminalLook(host: HTMLElement): TerminalLook {
  const probe = document.createElement('span');
  host.append(probe);
  const colour = (token: string): string => {
    probe.style.color = `var(${token})`;
    return hex(getComputedStyle(probe).color);
  };
  const foreground = colour('--fg');
  const background = colour('--bg-sunken');
  const names = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const;
  const theme: ITheme = {
    foreground,
    background,
    cursor: background,
    cursorAccent: background,
    black: colour('--ansi-dim'),
    white: colour('--fg-2'),
    brightBlack: colour('--ansi-dim'),
    brightWhite: foreground,
    selectionBackground: `${colour('--accent')}52`,
    scrollbarSliderBackground: `${colour('--fg-3')}40`,
    scrollbarSliderHoverBackground: `${colour('--fg-3')}70`,
    scrollbarSliderActiveBackground: `${colour('--fg-3')}90`,
    overviewRulerBorder: background,
  };
  for (const name of names) {
    const value = colour(`--ansi-${name}`);
    theme[name] = value;
    theme[`bright${name[0]?.toUpperCase()}${name.slice(1)}` as `brightRed`] = value;
  }
  const [r, g, b] = channels(colour('--bg-side'));
  const look: TerminalLook = {
    theme,
    fontFamily: getComputedStyle(host).getPropertyValue('--font-mono').trim() || 'monospace',
    headerBackground: `48;2;${r};${g};${b}`,
    matchBackground: colour('--bg-match'),
    activeMatchBackground: colour('--status-warning-fill'),
    matchBorder: colour('--status-warning'),
  };
  probe.remove();
  return look;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

/** `rgb(1 2 3)` or `rgb(1, 2, 3)` as `#010203`, which is all that the search add-on takes. */
export function hex(colour: string): string {
  const numbers =
    /^rgba?\(([^)]*)\)/
      .exec(colour)?.[1]
      ?.split(/[\s,/]+/)
      .map(Number) ?? [];
  if (numbers.length < 3 || numbers.some(Number.isNaN)) return '#808080';
  return `#${numbers
    .slice(0, 3)
    .map((value) => Math.round(value).toString(16).padStart(2, '0'))
    .join('')}`;
}
