import { Ban, CircleCheck, CircleDashed, CircleX, LoaderCircle, TriangleAlert, Zap } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { BuildSummary } from '../../shared/contract';
import styles from './Icon.module.css';

export type Status = 'running' | 'queued' | 'cached' | 'done' | 'failed' | 'cancelled' | 'warning';

const icons: Record<Status, LucideIcon> = {
  running: LoaderCircle,
  queued: CircleDashed,
  cached: Zap,
  done: CircleCheck,
  failed: CircleX,
  cancelled: Ban,
  warning: TriangleAlert,
};

/** The icon of a status, for the eye only: the word has to stand beside it, or be given as `label`. */
export function StatusIcon({ status, size = 14, label }: { status: Status; size?: number; label?: string }) {
  const Icon = icons[status];
  const named = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return <Icon size={size} strokeWidth={1.5} className={`${styles.status} ${styles[status]}`} {...named} />;
}

/** The status icon of a whole build. */
export function buildStatusIcon(build: Pick<BuildSummary, 'status' | 'warnings'>): Status {
  switch (build.status) {
    case 'preparing':
    case 'running':
      return 'running';
    case 'succeeded':
      return build.warnings > 0 ? 'warning' : 'done';
    case 'failed':
    case 'cancelled':
      return build.status;
  }
}
