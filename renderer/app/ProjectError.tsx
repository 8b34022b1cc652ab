import { dismissProjectError, useProject } from '../stores/projectStore';
import { ErrorNote } from '../ui/ErrorNote';
import styles from './BuildView.module.css';

/** Why the last folder could not be opened. The project on screen is still whole. */
export function ProjectError() {
  const error = useProject((state) => (state.status === 'ready' ? state.error : undefined));
  if (error === undefined) return null;
  return (
    <div className={styles.notice}>
      <ErrorNote error={error} onDismiss={dismissProjectError} />
    </div>
  );
}
