import { ErrorNote } from '../../ui/ErrorNote';
import type { Content, ContentName } from './content';
import styles from './ImagesView.module.css';

/** Stands in the place of a content that is not there: that it is read, or why it could not be. */
export function ContentState({
  content,
  waiting,
  retry,
}: {
  content: Exclude<Content<ContentName>, { status: 'ready' }> | undefined;
  /** What is being read, in words. */
  waiting: string;
  retry: () => void;
}) {
  if (content?.status !== 'failed') {
    return (
      <p role="status" className={styles.waiting}>
        {waiting}
      </p>
    );
  }
  return (
    <div className={styles.failure}>
      <ErrorNote error={content.error} onRetry={retry} />
    </div>
  );
}
