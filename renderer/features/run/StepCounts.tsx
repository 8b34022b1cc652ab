import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildProgress, StepStatus } from '../../../shared/model/progress/types';
import { StatusIcon } from '../../ui/StatusIcon';
import styles from './RunPanel.module.css';
import { countSteps } from './steps/stepRows';

const shown: StepStatus[] = ['cached', 'done', 'failed', 'running', 'queued'];
const always = new Set<StepStatus>(['cached', 'done']);

/** How many steps are cached, done, failed, running and waiting. */
export function StepCounts({ progress }: { progress: BuildProgress }) {
  const { t } = useTranslation('run');
  const counts = useMemo(() => countSteps(progress), [progress]);
  const running = progress.endedMs === undefined;
  return (
    <span className={styles.counts}>
      {shown
        .filter((status) => always.has(status) || counts[status] > 0 || (running && status !== 'failed'))
        .map((status) => (
          <span key={status} className={styles.count}>
            <StatusIcon status={status} />
            {t(`counts.${status}`, { count: counts[status] })}
          </span>
        ))}
    </span>
  );
}
