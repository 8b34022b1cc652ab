import type { BuilderNode } from '../../shared/contract';
import styles from './Icon.module.css';

const classes: Record<BuilderNode['status'], string> = {
  running: styles.dotRunning ?? '',
  starting: styles.dotBusy ?? '',
  stopping: styles.dotBusy ?? '',
  stopped: styles.dotStopped ?? '',
  unreachable: styles.dotUnreachable ?? '',
};

/** A node's or builder's state as a dot, for the eye only: the word has to be in the text beside it. */
export function Dot({ status }: { status: BuilderNode['status'] }) {
  return <span aria-hidden="true" className={`${styles.dot} ${classes[status]}`} />;
}

/** A builder runs when one of its nodes does; otherwise the first node speaks for it. */
export function builderStatus(nodes: readonly Pick<BuilderNode, 'status'>[]): BuilderNode['status'] {
  const any = (status: BuilderNode['status']): boolean => nodes.some((node) => node.status === status);
  if (any('running')) return 'running';
  if (any('starting')) return 'starting';
  if (any('stopping')) return 'stopping';
  return any('unreachable') ? 'unreachable' : 'stopped';
}
