import { useEffect, useRef } from 'react';
import { monaco } from '../../editor/monaco';
import { applyTheme, watchTheme } from '../../editor/theme';
import styles from './FileContents.module.css';

/** A text to read, beside another one when there is an `original`. */
export default function TextView({
  original,
  originalLabel,
  text,
  label,
}: {
  original: string | undefined;
  /** Accessible names of both sides. */
  originalLabel: string;
  text: string;
  label: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    applyTheme();
    const stopWatching = watchTheme(applyTheme);
    const shared: monaco.editor.IEditorOptions = {
      automaticLayout: true,
      readOnly: true,
      domReadOnly: true,
      editContext: false,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono').trim(),
      fontSize: 12,
      lineHeight: 20,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      unicodeHighlight: { ambiguousCharacters: false },
      links: false,
    };
    const model = monaco.editor.createModel(text, 'plaintext');
    const before = original === undefined ? undefined : monaco.editor.createModel(original, 'plaintext');
    let editor: monaco.editor.IEditor;
    if (before === undefined) {
      editor = monaco.editor.create(host.current, { ...shared, ariaLabel: label, model });
    } else {
      const diff = monaco.editor.createDiffEditor(host.current, {
        ...shared,
        renderOverviewRuler: false,
        renderSideBySide: true,
        useInlineViewWhenSpaceIsLimited: false,
        originalAriaLabel: originalLabel,
        modifiedAriaLabel: label,
      });
      diff.setModel({ original: before, modified: model });
      editor = diff;
    }
    return () => {
      stopWatching();
      editor.dispose();
      model.dispose();
      before?.dispose();
    };
  }, [original, originalLabel, text, label]);
  return <div ref={host} className={styles.text} />;
}
