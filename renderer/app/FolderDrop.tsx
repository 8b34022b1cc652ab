import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openProject } from '../stores/projectStore';
import { showView } from '../stores/uiStore';
import styles from './FolderDrop.module.css';

declare global {
  interface Window {
    /** From the preload script: what the page can't know by itself. */
    readonly manifold?: { pathOf(file: File): string };
  }
}

/** Opens a folder that is dropped anywhere on the window, and says so while it hovers. */
export function FolderDrop() {
  const { t } = useTranslation('app');
  const [hovering, setHovering] = useState(false);

  useEffect(() => {
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setHovering(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setHovering(false);
    };
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setHovering(false);
      const file = event.dataTransfer?.files[0];
      const path = file === undefined ? undefined : window.manifold?.pathOf(file);
      if (path === undefined || path === '') return;
      showView('build');
      void openProject(path);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);

  if (!hovering) return null;
  return (
    <div className={styles.overlay} role="status">
      {t('dropFolder')}
    </div>
  );
}
