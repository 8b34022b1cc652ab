import { TriangleAlert } from 'lucide-react';
import type { BuildWarning } from '../../../../shared/model/progress/types';
import { coreText } from '../../../locales/core';
import styles from './Outcome.module.css';

/** Warnings that are about no line of the Dockerfile; the others stand in the editor and under Problems. */
export function BuildNotices({ warnings }: { warnings: readonly BuildWarning[] }) {
  const notices = warnings.filter(({ location }) => location === undefined);
  if (notices.length === 0) return null;
  return (
    <ul role="status" className={styles.notices}>
      {notices.map(({ message, detail }) => (
        <li key={message}>
          <TriangleAlert size={14} strokeWidth={1.5} aria-hidden="true" />
          <span>{[message, ...detail].map(coreText).join(' ')}</span>
        </li>
      ))}
    </ul>
  );
}
