import { hexColour } from './hexColour';
import { monaco } from './monaco';

const themeName = 'manifold';

/**
 * Makes Monaco's colours from the page's tokens, as they are at this moment, and applies them. Monaco wants plain
 * hexadecimal colours, so every token is resolved by the browser first.
 */
export function applyTheme(): void {
  const probe = document.createElement('span');
  document.body.append(probe);
  const colour = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return hexColour(getComputedStyle(probe).color);
  };
  try {
    monaco.editor.defineTheme(themeName, {
      base: isDark() ? 'vs-dark' : 'vs',
      inherit: true,
      rules: [
        { token: '', foreground: colour('syn-name').slice(1) },
        ...(['comment', 'keyword', 'flag', 'variable', 'string'] as const).map((token) => ({
          token,
          foreground: colour(`syn-${token}`).slice(1),
        })),
      ],
      colors: {
        'editor.background': colour('bg-content'),
        'editor.foreground': colour('fg'),
        'editor.lineHighlightBackground': colour('bg-line'),
        'editor.lineHighlightBorder': '#00000000',
        'editor.selectionBackground': `${colour('accent')}4d`,
        'editor.inactiveSelectionBackground': `${colour('accent')}2b`,
        'editor.wordHighlightBackground': colour('bg-current'),
        'editor.wordHighlightTextBackground': colour('bg-current'),
        'editor.findMatchBackground': colour('bg-match'),
        'editor.findMatchHighlightBackground': `${colour('bg-match')}99`,
        'editorCursor.foreground': colour('accent'),
        'editorWhitespace.foreground': colour('line-3'),
        'editorIndentGuide.background1': colour('line-1'),
        'editorError.foreground': colour('status-failed'),
        'editorWarning.foreground': colour('status-warning'),
        'editorInfo.foreground': colour('accent'),
        'editorWidget.background': colour('bg-raised'),
        'editorWidget.border': colour('line-2'),
        'editorWidget.foreground': colour('fg'),
        'editorHoverWidget.background': colour('bg-raised'),
        'editorHoverWidget.border': colour('line-2'),
        'editorBracketMatch.background': colour('bg-current'),
        'editorBracketMatch.border': colour('line-control'),
        'diffEditor.insertedLineBackground': `${colour('status-done')}1f`,
        'diffEditor.insertedTextBackground': `${colour('status-done')}33`,
        'diffEditor.removedLineBackground': `${colour('status-failed')}1f`,
        'diffEditor.removedTextBackground': `${colour('status-failed')}33`,
        'diffEditor.diagonalFill': colour('line-2'),
        'diffEditor.unchangedRegionBackground': colour('bg-side'),
        'diffEditor.unchangedRegionForeground': colour('fg-2'),
        'input.background': colour('bg-control'),
        'input.border': colour('line-3'),
        'input.foreground': colour('fg'),
        'menu.background': colour('bg-raised'),
        'menu.foreground': colour('fg'),
        'menu.selectionBackground': colour('bg-current'),
        'menu.selectionForeground': colour('fg'),
        'scrollbarSlider.background': colour('bg-press'),
        'scrollbarSlider.hoverBackground': colour('bg-press'),
        'scrollbarSlider.activeBackground': colour('bg-press'),
        'widget.shadow': '#00000033',
        focusBorder: colour('focus-ring'),
      },
    });
    monaco.editor.setTheme(themeName);
  } finally {
    probe.remove();
  }
}

/** Calls back whenever another theme may be in effect. */
export function watchTheme(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', onChange);
  };
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}
