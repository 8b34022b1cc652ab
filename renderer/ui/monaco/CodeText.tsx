import { useCallback, useEffect, useRef, useState } from 'react';
import { codeLook, plainBrackets } from './codeLook';
import { monaco } from './monaco';
import { useMonaco } from './useMonaco';

/** Something to say about a place in a text; lines and columns count from 1. */
export interface CodeFinding {
  severity: 'error' | 'warning';
  line: number;
  column: number;
  message: string;
}

const none: readonly CodeFinding[] = [];
const plain: monaco.editor.IEditorOptions = {};

/** A text in Monaco, to read, or with `onChange` to write. Ctrl+F searches it. */
export function CodeText({
  label,
  value,
  language,
  size = 'sm',
  options = plain,
  findings = none,
  className,
  onChange,
}: {
  /** Accessible name of the text. */
  label: string;
  value: string;
  /** As it is registered in Monaco. */
  language: string;
  size?: 'sm' | 'md';
  /** Beyond the usual look; the same object as long as nothing changes. */
  options?: monaco.editor.IEditorOptions;
  /** Underlined in the text. */
  findings?: readonly CodeFinding[];
  /** Of the element around it, which says how large it is. */
  className: string | undefined;
  onChange?: (value: string) => void;
}) {
  const [model, setModel] = useState<monaco.editor.ITextModel>();
  const latest = useRef({ value, onChange });
  useEffect(() => {
    latest.current = { value, onChange };
  });
  const isReadOnly = onChange === undefined;
  const create = useCallback(
    (host: HTMLElement) => {
      const text = monaco.editor.createModel(latest.current.value, language);
      const editor = monaco.editor.create(host, {
        ...codeLook(size),
        ...options,
        model: text,
        ariaLabel: label,
        readOnly: isReadOnly,
      });
      plainBrackets(text);
      const changes = text.onDidChangeContent(() => latest.current.onChange?.(text.getValue()));
      setModel(text);
      return [changes, editor, text];
    },
    [label, language, size, options, isReadOnly],
  );
  const host = useMonaco(create);

  useEffect(() => {
    if (model === undefined || model.isDisposed()) return;
    if (model.getValue() !== value) model.setValue(value);
  }, [model, value]);

  useEffect(() => {
    if (model === undefined || model.isDisposed()) return;
    monaco.editor.setModelMarkers(
      model,
      'findings',
      findings.map(({ severity, line, column, message }) => {
        const at = Math.min(line, model.getLineCount());
        return {
          severity: severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          message,
          ...{ startLineNumber: at, startColumn: column, endLineNumber: at },
          endColumn: Math.max(column + 1, model.getLineMaxColumn(at)),
        };
      }),
    );
  }, [model, findings]);

  return <div ref={host} className={className} />;
}
