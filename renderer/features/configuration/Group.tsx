import type { ReactNode } from 'react';
import styles from './Configuration.module.css';

/** A part of the form under its own heading. `hint` stands at the end of the head. */
export function Group({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <div role="group" aria-label={title} className={styles.group}>
      <h3 className={styles.groupHead}>
        {title}
        {hint !== undefined && <span className={styles.hint}>{hint}</span>}
      </h3>
      {children}
    </div>
  );
}
