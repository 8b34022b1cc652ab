import { CopyButton } from './CopyButton';
import styles from './ImagesView.module.css';

/** A digest in full, with a button that copies it. */
export function Digest({ digest, copyLabel }: { digest: string; copyLabel: string }) {
  return (
    <span className={styles.withCopy}>
      <span className={styles.mono}>{digest}</span>
      <CopyButton isPlain label={copyLabel} text={digest} />
    </span>
  );
}
