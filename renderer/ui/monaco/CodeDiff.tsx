import { useCallback } from 'react';
import { codeLook, plainBrackets } from './codeLook';
import { monaco } from './monaco';
import { useMonaco } from './useMonaco';

const plain: monaco.editor.IDiffEditorOptions = {};

/** Two texts side by side and where they differ, to read. The labels are their accessible names. */
export function CodeDiff({
  before,
  after,
  beforeLabel,
  afterLabel,
  language,
  size = 'sm',
  options = plain,
  className,
}: {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
  /** As it is registered in Monaco. */
  language: string;
  size?: 'sm' | 'md';
  /** Beyond the usual look; the same object as long as nothing changes. */
  options?: monaco.editor.IDiffEditorOptions;
  /** Of the element around it, which says how large it is. */
  className: string | undefined;
}) {
  const create = useCallback(
    (host: HTMLElement) => {
      const original = monaco.editor.createModel(before, language);
      const modified = monaco.editor.createModel(after, language);
      const diff = monaco.editor.createDiffEditor(host, {
        ...codeLook(size),
        readOnly: true,
        originalEditable: false,
        renderOverviewRuler: false,
        renderSideBySide: true,
        ...options,
      });
      // The diff editor's own options for it come too late for editors of the older input method.
      diff.getOriginalEditor().updateOptions({ ariaLabel: beforeLabel });
      diff.getModifiedEditor().updateOptions({ ariaLabel: afterLabel });
      diff.setModel({ original, modified });
      plainBrackets(original);
      plainBrackets(modified);
      return [diff, original, modified];
    },
    [before, after, beforeLabel, afterLabel, language, size, options],
  );
  const host = useMonaco(create);
  return <div ref={host} className={className} />;
}
