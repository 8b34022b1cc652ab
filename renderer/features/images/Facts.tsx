import type { ReactNode } from 'react';
import styles from './ImagesView.module.css';

/** Names and what is known about them, one below the other. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

/** One of {@link Facts}; nothing where nothing is known. */
export function Fact({
  name,
  isCode = false,
  children,
}: {
  name: string;
  /** Set in the fixed-width font. */
  isCode?: boolean;
  children: ReactNode;
}) {
  if (children === undefined || children === null || children === false || children === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd className={isCode ? styles.mono : ''}>{children}</dd>
    </>
  );
}

/** A part of a panel under a heading of its own, with a figure or a word beside it. */
export function Group({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.group}>
      <h3 className={styles.groupHead}>
        {title}
        {hint !== undefined && <span className={styles.groupHint}>{hint}</span>}
      </h3>
      {children}
    </section>
  );
}
