import { useTranslation } from 'react-i18next';
import type { BuildSummary } from '../../shared/contract';
import { formatDuration } from '../../shared/model/duration';
import { useProgress } from '../stores/progressStore';
import { StatusIcon } from '../ui/StatusIcon';
import { useNow } from '../ui/useNow';
import styles from './TitleBar.module.css';

/** How far the running build is. Steps are only counted for the build in the run panel, whose progress is known. */
export function ProgressChip({ build }: { build: BuildSummary }) {
  const { t } = useTranslation('app');
  const now = useNow(100);
  const progress = useProgress((state) => (state.progress?.id === build.id ? state.progress : undefined));
  const steps = progress === undefined ? [] : Object.values(progress.steps);
  const finished = steps.filter((step) => step.status !== 'queued' && step.status !== 'running').length;
  const text = steps.length === 0 ? t('preparing') : t('building', { finished, total: steps.length });
  return (
    <span className={styles.progress}>
      <StatusIcon status="running" />
      <span>{text}</span>
      {steps.length > 0 && (
        <span className={styles.meter} aria-hidden="true">
          <span style={{ width: `${(finished / steps.length) * 100}%` }} />
        </span>
      )}
      <span className={styles.elapsed}>{formatDuration(now - build.startedMs)}</span>
    </span>
  );
}
