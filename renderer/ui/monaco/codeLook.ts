import type { monaco } from './monaco';

/**
 * Leaves brackets in the colour of the text; only the words have colours. To be called when the model's editor stands,
 * which sets the model's options.
 */
export function plainBrackets(model: monaco.editor.ITextModel): void {
  model.updateOptions({
    bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
  });
}

/** How a text is shown beside the page's own controls; `md` in a window of its own, `sm` in a pane or a form. */
export function codeLook(size: 'sm' | 'md'): monaco.editor.IEditorOptions & { automaticLayout: true } {
  return {
    automaticLayout: true,
    // The plain text area behind the older input method takes the accessible name.
    editContext: false,
    // As in a form, Tab moves on.
    tabFocusMode: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono').trim(),
    fontSize: size === 'sm' ? 11 : 12,
    lineHeight: size === 'sm' ? 18 : 20,
    lineNumbersMinChars: 3,
    lineDecorationsWidth: size === 'sm' ? 6 : 10,
    glyphMargin: false,
    folding: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    padding: { top: 4, bottom: 4 },
    renderLineHighlight: 'none',
    overviewRulerLanes: 0,
    // At its end, what is around it scrolls.
    scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8, alwaysConsumeMouseWheel: false },
    fixedOverflowWidgets: true,
    stickyScroll: { enabled: false },
    unicodeHighlight: { ambiguousCharacters: false },
    links: false,
    occurrencesHighlight: 'off',
  };
}
