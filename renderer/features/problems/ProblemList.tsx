import { CircleX, Info, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../stores/problemsStore';
import { revealLine } from '../../stores/uiStore';
import styles from './Problems.module.css';

const icons = { error: CircleX, warning: TriangleAlert, info: Info };

const severities: readonly Problem['severity'][] = ['error', 'warning', 'info'];
const worseFirst = (a: Problem, b: Problem): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.startLine - b.startLine;

/** The problems of the Dockerfile, the worst first; a click shows the line. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const { t } = useTranslation('editor');
  return (
    <ul aria-label={t('problems.title')} className={styles.list}>
      {problems.toSorted(worseFirst).map((problem) => {
        const Icon = icons[problem.severity];
        return (
          <li key={`${problem.startLine} ${problem.source} ${problem.rule} ${problem.message}`}>
            <button type="button" className={styles.problem} onClick={() => revealLine(problem.startLine)}>
              <Icon
                size={14}
                strokeWidth={1.5}
                className={styles[problem.severity]}
                role="img"
                aria-label={t(`problems.severity.${problem.severity}`)}
              />
              <span className={styles.message} title={problem.message}>
                {problem.rule !== undefined && <span className={styles.rule}>{problem.rule} </span>}
                {problem.message}
              </span>
              <span className={styles.line}>{t('problems.line', { line: problem.startLine })}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
