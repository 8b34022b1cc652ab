import type { StepStatus } from '../../../shared/model/progress/types';
import type { Problem } from '../../stores/problemsStore';
import { markKey } from '../dockerfile/stageSteps';
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
  const stages = steps.flatMap((platform) => platform.map((own, index) => ({ own, index })));
  stages.forEach(({ own, index }) => {
    for (const step of own) {
      const mark = marks.get(markKey(index, step.lines.start));
      if (mark === undefined || lines.has(step.lines.start)) continue;
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
