import { useProblems } from '../../stores/problemsStore';
import type { Problem } from '../../stores/problemsStore';
import type { StageCard } from './nodes';

/** What is found in a stage: how much, and how bad the worst is. */
export interface StageFindings {
  count: number;
  worst: Problem['severity'];
}

const severities: readonly Problem['severity'][] = ['info', 'warning', 'error'];

/** The problems on a stage's lines, from BuildKit and from here; undefined when there are none. */
export function useFindings({
  line,
  endLine,
}: Pick<StageCard, 'line' | 'endLine'>): StageFindings | undefined {
  // One text for the whole answer: a card is drawn again only when it changes.
  const found = useProblems(({ problems }) => {
    const here = problems.filter(({ startLine }) => startLine >= line && startLine <= endLine);
    const worst = Math.max(-1, ...here.map(({ severity }) => severities.indexOf(severity)));
    return worst < 0 ? '' : `${here.length} ${severities[worst]}`;
  });
  if (found === '') return undefined;
  const [count, worst] = found.split(' ') as [string, Problem['severity']];
  return { count: Number(count), worst };
}
