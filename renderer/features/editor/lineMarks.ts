import type { StepStatus } from '../../../shared/model/progress/types';
import type { Problem } from '../../stores/problemsStore';
import type { BuildMarks } from '../dockerfile/useBuildMarks';

/** What the gutter shows beside an instruction's first line. */
export interface LineMark {
  startLine: number;
  endLine: number;
  statuses: readonly (StepStatus | undefined)[];
  durationMs?: number;
  /** What colours the whole line, if anything does. */
  highlight?: 'running' | 'failed';
}

/** The marks of a build by the line that an instruction starts on. */
export function lineMarks({ steps, marks }: BuildMarks): Map<number, LineMark> {
  const lines = new Map<number, LineMark>();
  steps.forEach((stage, stageIndex) => {
    for (const step of stage) {
      const mark = marks.get(`${stageIndex}:${step.index}`);
      if (mark === undefined) continue;
      const highlight = (['failed', 'running'] as const).find((status) => mark.statuses.includes(status));
      lines.set(step.lines.start, {
        startLine: step.lines.start,
        endLine: step.lines.end,
        ...mark,
        ...(highlight === undefined ? {} : { highlight }),
      });
    }
  });
  return lines;
}

/** Whether the problem is what made the build fail. */
export function isBuildError(problem: Problem): boolean {
  return problem.severity === 'error' && problem.source === 'build';
}
