import { CircleX, TriangleAlert } from 'lucide-react';
import { createContext, useContext } from 'react';
import type { PreflightFinding } from '../../../shared/contract';
import { coreText } from '../../locales/core';
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

/** What was found in one field. */
export function useFindings(field: string): readonly PreflightFinding[] {
  return useContext(FindingsContext).filter((finding) => finding.field === field);
}

/** The findings of one field, or of no field that the form has. `only` leaves out the other severity. */
export function Findings({ field, only }: { field?: string; only?: PreflightFinding['severity'] }) {
  const findings = useContext(FindingsContext).filter((finding) =>
    field === undefined ? !fieldsWithFindings.includes(finding.field) : finding.field === field,
  );
  const shown = only === undefined ? findings : findings.filter(({ severity }) => severity === only);
  return shown.map(({ severity, message, hint }) => (
    <div key={`${severity} ${message}`} className={`${styles.note} ${styles[severity]}`}>
      {severity === 'error' ? (
        <CircleX size={14} strokeWidth={1.5} aria-hidden="true" />
      ) : (
        <TriangleAlert size={14} strokeWidth={1.5} aria-hidden="true" />
      )}
      <div>
        {coreText(message)}
        {hint !== undefined && ` ${coreText(hint)}`}
      </div>
    </div>
  ));
}
