import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import {
  dismissProjectError,
  keepText,
  reloadDockerfile,
  saveDockerfile,
  useProject,
} from '../../stores/projectStore';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import styles from './Editor.module.css';

/** Whether the text on screen and the file went different ways. */
export function useIsOutOfStep(): boolean {
  return useProject((state) => state.changedOnDisk || state.draftOutdated);
}

/** Says that the file on disk is not the one the text was begun on, and lets one choose. */
export function ChangedOnDisk({
  comparing,
  onCompare,
}: {
  comparing: boolean;
  onCompare: (comparing: boolean) => void;
}) {
  const { t } = useTranslation('editor');
  const changed = useProject((state) => state.changedOnDisk);
  const outdated = useProject((state) => state.draftOutdated);
  const saveError = useProject((state) => state.saveError);
  if (!changed && !outdated) {
    if (saveError === undefined) return null;
    return <ErrorNote error={saveError} onDismiss={dismissProjectError} />;
  }
  return (
    <div role="alert" className={styles.bar}>
      <TriangleAlert size={14} strokeWidth={1.5} className={styles.warningIcon} aria-hidden="true" />
      <span className={styles.barText}>{t(changed ? 'changedOnDisk' : 'draftOutdated')}</span>
      <Button size="sm" onPress={() => onCompare(!comparing)}>
        {t(comparing ? 'compareEnd' : 'compare')}
      </Button>
      <Button size="sm" onPress={() => void reloadDockerfile()}>
        {t('reload')}
      </Button>
      <Button size="sm" onPress={() => void saveDockerfile({ overwrite: true })}>
        {t('overwrite')}
      </Button>
      <Button size="sm" look="link" onPress={keepText}>
        {t('keep')}
      </Button>
    </div>
  );
}
