import { CircleX, TriangleAlert } from 'lucide-react';
import { createContext, useContext } from 'react';
import type { PreflightFinding } from '../../../shared/contract';
import styles from './Configuration.module.css';

/** What the preflight found, for the parts of the form. */
export const FindingsContext = createContext<readonly PreflightFinding[]>([]);

/** The fields that show their findings themselves; those of all others stand at the top of the form. */
export const fieldsWithFindings: readonly string[] = [
  'platforms',
  'target',
  'tags',
  'buildArgs',
  'labels',
  'secrets',
  'ssh',
  'buildContexts',
  'cacheFrom',
  'cacheTo',
  'output',
];

/** The findings of one field, or of no field that the form has. */
export function Findings({ field }: { field?: string }) {
  const findings = useContext(FindingsContext).filter((finding) =>
    field === undefined ? !fieldsWithFindings.includes(finding.field) : finding.field === field,
  );
  return findings.map(({ severity, message, hint }) => (
    <div key={`${severity} ${message}`} className={`${styles.note} ${styles[severity]}`}>
      {severity === 'error' ? (
        <CircleX size={14} strokeWidth={1.5} aria-hidden="true" />
      ) : (
        <TriangleAlert size={14} strokeWidth={1.5} aria-hidden="true" />
      )}
      <div>
        {message}
        {hint !== undefined && ` ${hint}`}
      </div>
    </div>
  ));
}
