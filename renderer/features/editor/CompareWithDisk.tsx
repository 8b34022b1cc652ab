import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudioErrorData } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { projectStore, useProject } from '../../stores/projectStore';
import { watch } from '../../stores/watch';
import { ErrorNote } from '../../ui/ErrorNote';
import styles from './Editor.module.css';
import { monaco } from '../../ui/monaco/monaco';
import { languageId } from './dockerfileLanguage';

/**
 * The file on disk beside the text on screen. The disk's side can only be read and follows the file; the other one is
 * the editor's own text and can be worked on.
 */
export function CompareWithDisk({ editor }: { editor: monaco.editor.IStandaloneCodeEditor }) {
  const { t } = useTranslation('editor');
  const name = useProject((state) => state.dockerfile ?? '');
  const { text, error } = useTextOnDisk();
  const host = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const modified = editor.getModel();
    if (host.current === null || modified === null || text === undefined) return;
    const original = monaco.editor.createModel(text, languageId);
    const diff = monaco.editor.createDiffEditor(host.current, {
      automaticLayout: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono').trim(),
      fontSize: 12,
      lineHeight: 20,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fixedOverflowWidgets: true,
      renderOverviewRuler: false,
      renderSideBySide: true,
      useInlineViewWhenSpaceIsLimited: true,
      originalEditable: false,
      originalAriaLabel: t('compareDiskLabel', { name }),
      modifiedAriaLabel: t('textLabel', { name }),
    });
    diff.setModel({ original, modified });
    return () => {
      diff.dispose();
      original.dispose();
    };
  }, [editor, name, t, text]);

  return (
    <section aria-label={t('compareRegion')} className={styles.compare}>
      <div className={styles.compareHead} aria-hidden="true">
        <span>{t('compareDisk')}</span>
        <span>{t('compareScreen')}</span>
      </div>
      {error !== undefined && <ErrorNote error={error} />}
      <div ref={host} className={styles.compareHost} />
    </section>
  );
}

/** The open Dockerfile as it is on disk, read again whenever it changes there. */
function useTextOnDisk(): { text?: string; error?: StudioErrorData } {
  const [state, setState] = useState<{ text?: string; error?: StudioErrorData }>({});
  useEffect(() => {
    const { project, dockerfile } = projectStore.getState();
    if (project === undefined || dockerfile === undefined) return;
    const file = { project: project.path, dockerfile };
    let last = 0;
    const read = (): void => {
      const mine = ++last;
      studio()
        .call('projects.readDockerfile', file)
        .then(
          ({ text }) => mine === last && setState({ text }),
          (error: unknown) => mine === last && setState({ error: errorData(error) }),
        );
    };
    read();
    const stop = watch('projects.dockerfileChanges', file, read);
    return () => {
      last = -1;
      stop();
    };
  }, []);
  return state;
}
