import { CodeDiff } from '../../../ui/monaco/CodeDiff';
import { CodeText } from '../../../ui/monaco/CodeText';
import styles from './FileContents.module.css';

const besideEachOther = { useInlineViewWhenSpaceIsLimited: false } as const;
const language = 'plaintext';

/** A text to read, beside another one when there is an `original`. */
export default function TextView({
  original,
  originalLabel,
  text,
  label,
}: {
  original: string | undefined;
  /** Accessible names of both sides. */
  originalLabel: string;
  text: string;
  label: string;
}) {
  if (original === undefined) {
    return <CodeText label={label} value={text} language={language} size="md" className={styles.text} />;
  }
  return (
    <CodeDiff
      before={original}
      after={text}
      beforeLabel={originalLabel}
      afterLabel={label}
      language={language}
      size="md"
      options={besideEachOther}
      className={styles.text}
    />
  );
}
