import type { CheckResult, StudioErrorData } from '../../../shared/contract';
import type { DockerfileSyntax, StageGraph } from '../../../shared/dockerfile';
import type { BuildWarning } from '../../../shared/model/progress/types';
import type { Problem } from '../../stores/problemsStore';
import { movedLines } from './movedLines';

/** The words that may begin a line of a Dockerfile. */
const instructions = new Set(
  (
    'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER ' +
    'VOLUME WORKDIR'
  ).split(' '),
);

/**
 * What a build said about lines of its Dockerfile, placed in the text on screen. What it said about lines that were
 * edited since is left out.
 */
export function buildProblems(
  found: { error?: StudioErrorData | undefined; warnings: readonly BuildWarning[] },
  builtText: string,
  text: string,
): Problem[] {
  const moved = movedLines(builtText, text);
  const place = (startLine: number, endLine: number): Pick<Problem, 'startLine' | 'endLine'> | undefined => {
    const [start, end] = [moved(startLine), moved(endLine)];
    return start === undefined || end === undefined ? undefined : { startLine: start, endLine: end };
  };
  const problems: Problem[] = [];
  const { error } = found;
  const location = error?.details?.location;
  if (error !== undefined && location !== undefined) {
    const lines = place(location.startLine, location.endLine);
    if (lines !== undefined)
      problems.push({ severity: 'error', message: error.message, source: 'build', ...lines });
  }
  const seen = new Set<string>();
  for (const warning of found.warnings) {
    if (warning.location === undefined) continue;
    const lines = place(warning.location.startLine, warning.location.endLine);
    const problem = lines && {
      severity: 'warning' as const,
      source: 'build' as const,
      ...checkOf(warning),
      ...lines,
    };
    // Every platform of a build warns about the same line anew.
    const key = JSON.stringify(problem);
    if (problem === undefined || seen.has(key)) continue;
    seen.add(key);
    problems.push(problem);
  }
  return problems;
}

/** BuildKit's checks write `RuleName: text (line 9)`. */
function checkOf({ message, url }: BuildWarning): Pick<Problem, 'message' | 'rule' | 'url'> {
  const match = /^([A-Z][A-Za-z]+): (.+?)(?: \(line \d+\))?$/s.exec(message);
  return {
    message: match?.[2] ?? message,
    ...(match?.[1] === undefined ? {} : { rule: match[1] }),
    ...(url === undefined ? {} : { url }),
  };
}

/**
 * What BuildKit's checks found, placed in the text on screen. What concerns lines that were edited since is left out:
 * the next answer is on its way.
 */
export function checkProblems(
  { findings, platforms: checked }: Pick<CheckResult, 'findings' | 'platforms'>,
  checkedText: string,
  text: string,
): Problem[] {
  if (findings.length === 0) return [];
  const moved = movedLines(checkedText, text);
  return findings.flatMap((finding): Problem[] => {
    const { severity, message, rule, description, url, ranges, platforms, fixes, ignore } = finding;
    const concernsAll = checked.every((platform) => platforms.includes(platform));
    const common = {
      severity,
      message,
      source: 'check' as const,
      ...(rule !== undefined && { rule }),
      ...(description !== undefined && { description }),
      ...(url !== undefined && { url }),
      ...(!concernsAll && { platforms }),
      ...(fixes.length > 0 && { fixes }),
      ...(ignore !== undefined && { ignore }),
    };
    // The whole file is meant.
    if (ranges.length === 0) return [{ ...common, startLine: 1, endLine: 1 }];
    return ranges.flatMap(({ startLine, endLine, ...columns }) => {
      const [start, end] = [moved(startLine), moved(endLine)];
      return start === undefined || end === undefined
        ? []
        : [{ ...common, ...columns, startLine: start, endLine: end }];
    });
  });
}

/** The problems of a build that the checks don't tell as well. */
export function withoutChecked(build: readonly Problem[], checks: readonly Problem[]): Problem[] {
  const known = new Set(checks.map(({ rule, startLine }) => `${startLine} ${rule}`));
  const lines = (problem: Problem): number[] =>
    Array.from({ length: problem.endLine - problem.startLine + 1 }, (_, index) => problem.startLine + index);
  return build.filter(
    (problem) =>
      problem.rule === undefined || !lines(problem).some((line) => known.has(`${line} ${problem.rule}`)),
  );
}

/** What is certain to be wrong before anything is built: words that are no instruction, bases that can't be read. */
export function localProblems(
  syntax: DockerfileSyntax,
  graphs: readonly StageGraph[],
  unknownInstruction: (keyword: string) => string,
): Problem[] {
  const unknown = syntax.stages
    .flatMap((stage) => stage.instructions)
    .filter(({ keyword }) => !instructions.has(keyword))
    .map(({ keyword, lines }): Problem => ({
      severity: 'error',
      message: unknownInstruction(keyword),
      startLine: lines.start,
      endLine: lines.start,
      source: 'local',
    }));
  const bases = new Map<string, Problem>();
  for (const { problem, lines } of graphs.flatMap((graph) => graph.stages)) {
    if (problem === undefined) continue;
    bases.set(`${lines.start} ${problem}`, {
      severity: 'error',
      message: problem,
      startLine: lines.start,
      endLine: lines.start,
      source: 'local',
    });
  }
  return [...unknown, ...bases.values()];
}
