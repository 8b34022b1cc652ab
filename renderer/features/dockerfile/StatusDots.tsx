import { useTranslation } from 'react-i18next';
import type { StepStatus } from '../../../shared/model/progress/types';
import styles from './StatusDots.module.css';

/**
 * The strip that ties editor, graph and step list together: one mark for each platform, in the build's order.
 * A platform that it doesn't concern leaves its place empty. Meant for the eye; {@link useStatusText} says the same in words.
 */
export function StatusDots({ statuses }: { statuses: readonly (StepStatus | undefined)[] }) {
  return (
    <span className={styles.dots} aria-hidden="true">
      {statuses.map((status, index) => (
        <i key={index} className={styles[status ?? 'none']} />
      ))}
    </span>
  );
}

/** Makes the text for a strip: "linux/amd64 done, linux/arm64 running". */
export function useStatusText(): (
  platforms: readonly string[],
  statuses: readonly (StepStatus | undefined)[],
) => string {
  const { t } = useTranslation('graph');
  return (platforms, statuses) =>
    platforms
      .flatMap((platform, index) => {
        const status = statuses[index];
        return status === undefined ? [] : [`${platform} ${t(`status.${status}`)}`];
      })
      .join(', ');
}
