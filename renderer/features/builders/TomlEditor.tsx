import { useEffect, useRef } from 'react';
import type { ConfigFinding } from '../../../shared/contract';
import { monaco } from '../editor/monaco';
import { applyTheme, watchTheme } from '../editor/theme';
import styles from './NewBuilder.module.css';
import { tomlLanguage } from './tomlTokens';

const rowHeight = 18;

/** A TOML text in Monaco, as high as it is long within bounds. Tab moves on, as in a form. */
export default function TomlEditor({
  label,
  value,
  findings = [],
  onChange,
}: {
  label: string;
  value: string;
  findings?: readonly ConfigFinding[];
  /** Absent: the text is only shown. */
  onChange?: (value: string) => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const model = useRef<monaco.editor.ITextModel>(undefined);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  const first = useRef({ label, value, isReadOnly: onChange === undefined });

  useEffect(() => {
    if (host.current === null) return;
    const text = monaco.editor.createModel(first.current.value, tomlLanguage);
    text.updateOptions({
      bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
    });
    model.current = text;
    applyTheme();
    const stopWatching = watchTheme(applyTheme);
    const editor = monaco.editor.create(host.current, {
      model: text,
      ariaLabel: first.current.label,
      readOnly: first.current.isReadOnly,
      automaticLayout: true,
      editContext: false,
      tabFocusMode: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono').trim(),
      fontSize: 11,
      lineHeight: rowHeight,
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 6,
      glyphMargin: false,
      folding: false,
      guides: { indentation: false },
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      padding: { top: 4, bottom: 4 },
      renderLineHighlight: 'none',
      overviewRulerLanes: 0,
      scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8, alwaysConsumeMouseWheel: false },
      fixedOverflowWidgets: true,
      stickyScroll: { enabled: false },
      unicodeHighlight: { ambiguousCharacters: false },
      links: false,
      occurrencesHighlight: 'off',
    });
    const changes = text.onDidChangeContent(() => change.current?.(text.getValue()));
    return () => {
      stopWatching();
      changes.dispose();
      editor.dispose();
      text.dispose();
      model.current = undefined;
    };
  }, []);

  useEffect(() => {
    const text = model.current;
    if (text !== undefined && text.getValue() !== value) text.setValue(value);
  }, [value]);

  useEffect(() => {
    const text = model.current;
    if (text === undefined) return;
    monaco.editor.setModelMarkers(
      text,
      'check',
      findings.map(({ severity, line, column, message }) => {
        const at = Math.min(line, text.getLineCount());
        return {
          severity: severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          message,
          ...{ startLineNumber: at, startColumn: column, endLineNumber: at },
          endColumn: Math.max(column + 1, text.getLineMaxColumn(at)),
        };
      }),
    );
  }, [findings]);

  return <div ref={host} className={styles.toml} />;
}
