import { useTranslation } from 'react-i18next';
import type { BuildStatus, BuildSummary } from '../../../shared/contract';
import { formatDuration } from '../../../shared/model/duration';
import type { BuildProgress } from '../../../shared/model/progress/types';
import { coreText } from '../../locales/core';
import { useNow } from '../../ui/useNow';
import styles from './RunPanel.module.css';

/**
 * How the shown build stands, in words. What changes all the time (the elapsed time) is kept from screen readers, which
 * hear of each change of state once.
 */
export function BuildStatusLine({
  summary,
  progress,
  starting,
}: {
  summary: BuildSummary | undefined;
  progress: BuildProgress | undefined;
  starting: boolean;
}) {
  const { t } = useTranslation('run');
  const status: BuildStatus | undefined = starting ? 'preparing' : (progress?.status ?? summary?.status);
  const startedMs = progress?.startedMs ?? summary?.startedMs;
  const endedMs = progress?.endedMs ?? summary?.endedMs;
  const error = progress?.error ?? summary?.error;
  const told = status === 'preparing' ? progress?.activity : status === 'failed' ? error?.message : undefined;
  const note = told === undefined ? undefined : coreText(told);
  return (
    <div role="status" aria-label={t('buildStatus.label')} className={styles.status} title={note}>
      {status !== undefined && (
        <>
          <span className={`${styles.word} ${styles[status]}`}>{t(`buildStatus.${status}`)}</span>
          {startedMs !== undefined && !starting && <Took startedMs={startedMs} endedMs={endedMs} />}
          {note !== undefined && <span className={styles.note}>{note}</span>}
        </>
      )}
    </div>
  );
}

function Took({ startedMs, endedMs }: { startedMs: number; endedMs: number | undefined }) {
  const now = useNow(100, endedMs === undefined);
  return (
    <span className={styles.took} aria-hidden={endedMs === undefined}>
      {' '}
      {formatDuration((endedMs ?? now) - startedMs)}{' '}
    </span>
  );
}
