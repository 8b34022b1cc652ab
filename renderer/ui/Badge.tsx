import type { ReactNode } from 'react';
import styles from './Badge.module.css';

export type BadgeLook =
  'plain' | 'line' | 'emulated' | 'running' | 'done' | 'cached' | 'warning' | 'failed' | 'cancelled';

/** A word in a small box. `emulated` is the hatched one. */
export function Badge({
  look = 'plain',
  title,
  children,
}: {
  look?: BadgeLook;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`${styles.badge} ${look === 'plain' ? '' : styles[look]}`} title={title}>
      {children}
    </span>
  );
}
