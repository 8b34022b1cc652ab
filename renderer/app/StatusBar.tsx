import { CircleX, HardDrive, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../shared/model/bytes';
import { useChosenBuilder } from '../stores/buildersStore';
import { useProblems } from '../stores/problemsStore';
import { useProject } from '../stores/projectStore';
import { useUi } from '../stores/uiStore';
import { builderStatus, Dot } from '../ui/Dot';
import styles from './StatusBar.module.css';

const icon = { size: 12, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** The builder's state on the left, the editor's on the right. */
export function StatusBar() {
  const { t } = useTranslation('app');
  const builder = useChosenBuilder();
  const view = useUi((state) => state.view);
  const errors = useProblems(
    (state) => state.problems.filter((problem) => problem.severity === 'error').length,
  );
  const warnings = useProblems(
    (state) => state.problems.filter((problem) => problem.severity === 'warning').length,
  );
  return (
    <footer className={styles.bar}>
      {builder !== undefined && <BuilderState builder={builder} />}
      <span className={styles.end} />
      {errors > 0 && (
        <span>
          <CircleX {...icon} className={styles.error} />
          {t('errors', { count: errors })}
        </span>
      )}
      {warnings > 0 && (
        <span>
          <TriangleAlert {...icon} className={styles.warning} />
          {t('warnings', { count: warnings })}
        </span>
      )}
      {view === 'build' && <EditorState />}
    </footer>
  );
}

function BuilderState({ builder }: { builder: NonNullable<ReturnType<typeof useChosenBuilder>> }) {
  const { t } = useTranslation('app');
  const status = builderStatus(builder.nodes);
  const version = builder.nodes.find((node) => node.version !== undefined)?.version;
  const cache = builder.nodes.reduce((sum, node) => sum + (node.cacheBytes ?? 0), 0);
  return (
    <>
      <span>
        <Dot status={status} />
        {builder.name}: {t(`nodeStatus.${status}`)}
      </span>
      {version !== undefined && <span>BuildKit {version}</span>}
      {cache > 0 && (
        <span>
          <HardDrive {...icon} />
          {t('cacheSize', { size: formatBytes(cache) })}
        </span>
      )}
    </>
  );
}

function EditorState() {
  const { t } = useTranslation('app');
  const dockerfile = useProject((state) => state.dockerfile);
  const dirty = useProject((state) => state.dirty);
  const cursor = useUi((state) => state.cursor);
  if (dockerfile === undefined) return null;
  return (
    <>
      <span className={styles.cursor}>{t('cursor', cursor)}</span>
      <span>
        {dockerfile}
        {dirty && `, ${t('unsaved')}`}
      </span>
    </>
  );
}
