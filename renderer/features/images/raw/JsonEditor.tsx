import { useEffect, useRef } from 'react';
import { monaco } from '../../editor/monaco';
import { applyTheme, watchTheme } from '../../editor/theme';
import styles from '../ImagesView.module.css';
import { jsonLanguage } from './jsonTokens';

/** A JSON text to read: it folds, and Ctrl+F searches it. Tab moves on. */
export default function JsonEditor({ label, value }: { label: string; value: string }) {
  const host = useRef<HTMLDivElement>(null);
  const model = useRef<monaco.editor.ITextModel>(undefined);
  const first = useRef({ label, value });

  useEffect(() => {
    if (host.current === null) return;
    const text = monaco.editor.createModel(first.current.value, jsonLanguage);
    text.updateOptions({
      bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
    });
    model.current = text;
    applyTheme();
    const stopWatching = watchTheme(applyTheme);
    const editor = monaco.editor.create(host.current, {
      ...jsonLook(),
      model: text,
      ariaLabel: first.current.label,
      folding: true,
      foldingStrategy: 'indentation',
      showFoldingControls: 'always',
    });
    return () => {
      stopWatching();
      editor.dispose();
      text.dispose();
      model.current = undefined;
    };
  }, []);

  useEffect(() => {
    const text = model.current;
    if (text !== undefined && text.getValue() !== value) text.setValue(value);
  }, [value]);

  return <div ref={host} className={styles.editor} />;
}

/** How JSON is shown, alone and beside another one. */
export function jsonLook(): monaco.editor.IEditorOptions & { automaticLayout: true; readOnly: true } {
  return {
    readOnly: true,
    automaticLayout: true,
    // The plain text area behind the older input method takes the accessible name.
    editContext: false,
    tabFocusMode: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono').trim(),
    fontSize: 11,
    lineHeight: 18,
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 14,
    glyphMargin: false,
    wordWrap: 'on',
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    padding: { top: 4, bottom: 4 },
    renderLineHighlight: 'none',
    overviewRulerLanes: 0,
    scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8 },
    fixedOverflowWidgets: true,
    stickyScroll: { enabled: false },
    unicodeHighlight: { ambiguousCharacters: false },
    links: false,
    occurrencesHighlight: 'off',
  };
}
