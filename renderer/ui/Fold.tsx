import { ChevronRight } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import styles from './Fold.module.css';

/** A heading that unfolds what belongs to it. `hint` sums that up while it is folded. */
export function Fold({
  title,
  hint,
  isOpen,
  onChange,
  children,
}: {
  title: string;
  hint?: ReactNode;
  isOpen: boolean;
  onChange: (isOpen: boolean) => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles.fold}>
      <div className={styles.row}>
        <button
          type="button"
          className={styles.head}
          aria-expanded={isOpen}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          aria-controls={isOpen ? id : undefined}
          onClick={() => onChange(!isOpen)}
        >
          <ChevronRight
            size={12}
            strokeWidth={1.5}
            aria-hidden="true"
            className={`${styles.twist} ${isOpen ? styles.open : ''}`}
          />
          {title}
        </button>
        {hint !== undefined && (
          <span id={`${id}-hint`} className={styles.hint} hidden={isOpen}>
            {hint}
          </span>
        )}
      </div>
      {isOpen && (
        <div id={id} className={styles.body}>
          {children}
        </div>
      )}
    </div>
  );
}
