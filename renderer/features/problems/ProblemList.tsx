import { CircleX, Info, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { coreText } from '../../locales/core';
import type { Problem } from '../../stores/problemsStore';
import { revealLine } from '../../stores/uiStore';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { CopyText } from '../run/outcome/CopyText';
import { ProblemActions } from './ProblemActions';
import styles from './Problems.module.css';

const icons = { error: CircleX, warning: TriangleAlert, info: Info };

const severities: readonly Problem['severity'][] = ['error', 'warning', 'info'];
const worseFirst = (a: Problem, b: Problem): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.startLine - b.startLine;

/** The problems of the Dockerfile, the worst first; a click shows the line. `explained` adds what the rules ask for. */
export function ProblemList({
  problems,
  explained = false,
}: {
  problems: readonly Problem[];
  explained?: boolean;
}) {
  const { t } = useTranslation('editor');
  return (
    <ul aria-label={t('problems.title')} className={styles.list}>
      {problems.toSorted(worseFirst).map((problem) => (
        <li
          key={`${problem.startLine} ${problem.source} ${problem.rule} ${problem.message}`}
          className={styles.item}
        >
          <div className={styles.row}>
            <ProblemLine problem={problem} />
            <ProblemActions problem={problem} />
          </div>
          {explained && <Explanation problem={problem} />}
        </li>
      ))}
    </ul>
  );
}

function ProblemLine({ problem }: { problem: Problem }) {
  const { t } = useTranslation('editor');
  const Icon = icons[problem.severity];
  const message = coreText(problem.message);
  return (
    <button type="button" className={styles.problem} onClick={() => revealLine(problem.startLine)}>
      <Icon
        size={14}
        strokeWidth={1.5}
        className={styles[problem.severity]}
        role="img"
        aria-label={t(`problems.severity.${problem.severity}`)}
      />
      <span className={styles.message} title={message}>
        {problem.rule !== undefined && <span className={styles.rule}>{problem.rule} </span>}
        {message}
      </span>
      {problem.platforms !== undefined && (
        <span className={styles.platforms}>
          {problem.platforms.map((platform) => (
            <PlatformLabel key={platform} platform={platform} />
          ))}
        </span>
      )}
      <span className={styles.line}>{t('problems.line', { line: problem.startLine })}</span>
    </button>
  );
}

/** Links don't open here: this page never navigates. They are there to be read and copied. */
function Explanation({ problem: { description, url } }: { problem: Problem }) {
  const { t } = useTranslation('checks');
  if (description === undefined && url === undefined) return null;
  return (
    <p className={styles.explanation}>
      {description} {url !== undefined && <CopyText text={url} what={t('link')} wrap />}
    </p>
  );
}
