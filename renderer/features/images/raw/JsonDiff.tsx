import { useEffect, useRef } from 'react';
import { monaco } from '../../editor/monaco';
import { applyTheme, watchTheme } from '../../editor/theme';
import styles from '../ImagesView.module.css';
import { jsonLook } from './JsonEditor';
import { jsonLanguage } from './jsonTokens';

/** Two JSON texts and where they differ. The labels are the editors' accessible names. */
export default function JsonDiff({
  before,
  after,
  beforeLabel,
  afterLabel,
}: {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    const original = monaco.editor.createModel(before, jsonLanguage);
    const modified = monaco.editor.createModel(after, jsonLanguage);
    applyTheme();
    const stopWatching = watchTheme(applyTheme);
    const diff = monaco.editor.createDiffEditor(host.current, {
      ...jsonLook(),
      originalEditable: false,
      renderOverviewRuler: false,
      renderSideBySide: true,
      useInlineViewWhenSpaceIsLimited: true,
    });
    // The diff editor's own options for it come too late for editors of the older input method.
    diff.getOriginalEditor().updateOptions({ ariaLabel: beforeLabel });
    diff.getModifiedEditor().updateOptions({ ariaLabel: afterLabel });
    diff.setModel({ original, modified });
    return () => {
      stopWatching();
      diff.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [before, after, beforeLabel, afterLabel]);
  return <div ref={host} className={styles.diff} />;
}
