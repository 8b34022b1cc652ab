import type { ReactNode } from 'react';
import styles from './Configuration.module.css';

/** A tick box with its label, which is its accessible name. */
export function Tick({
  checked,
  onChange,
  describedBy,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Id of the element that describes it. */
  describedBy?: string;
  children: ReactNode;
}) {
  return (
    <label className={styles.tick}>
      <input
        type="checkbox"
        className={styles.box}
        checked={checked}
        aria-describedby={describedBy}
        onChange={(event) => onChange(event.target.checked)}
      />
      {children}
    </label>
  );
}
