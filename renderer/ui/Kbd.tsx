import styles from './Button.module.css';

/** The keys of a command. Drawn by the style sheet, so that they are no part of the name of what they stand in. */
export function Kbd({ keys }: { keys: string }) {
  return <kbd aria-hidden="true" data-keys={keys} className={styles.kbd} />;
}
