import { CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useProblems } from '../../stores/problemsStore';
import { EmptyState } from '../../ui/EmptyState';
import { CheckState } from '../checks/CheckState';
import { ProblemList } from './ProblemList';
import styles from './Problems.module.css';

/** The panel "Problems" under the editor. */
export function ProblemsPanel() {
  const { t } = useTranslation('editor');
  const problems = useProblems((state) => state.problems);
  return (
    <div className={styles.panel}>
      <CheckState />
      {problems.length === 0 ? (
        <EmptyState
          icon={<CircleCheck size={20} strokeWidth={1.5} aria-hidden="true" />}
          title={t('problems.none')}
        >
          {t('problems.noneHint')}
        </EmptyState>
      ) : (
        <ProblemList problems={problems} explained />
      )}
    </div>
  );
}
