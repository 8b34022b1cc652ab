import type { StepStatus } from '../../../../shared/model/progress/types';
import styles from './Steps.module.css';

/** One 8 px mark a platform, in the build's order; for the eye only. */
export function PlatformStrip({ strip }: { strip: readonly (StepStatus | undefined)[] }) {
  return (
    <span className={styles.strip} aria-hidden="true">
      {strip.map((status, index) => (
        <i key={index} className={status === undefined ? styles.none : `${styles.mark} ${styles[status]}`} />
      ))}
    </span>
  );
}
