import { errorData } from './studio';
import styles from './BootFailure.module.css';

/** Stands for the whole page when it can't start. Says so in plain English: the texts may be what is missing. */
export function BootFailure({ error }: { error: unknown }) {
  const { message, hint, details } = errorData(error);
  return (
    <main className={styles.page}>
      <h1>Manifold could not start</h1>
      <p>{message}</p>
      <p>{hint ?? 'Close Manifold and start it again. If that does not help, report what stands below.'}</p>
      {details?.cause !== undefined && <pre>{details.cause}</pre>}
    </main>
  );
}
