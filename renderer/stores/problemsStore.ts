import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** Something wrong with the Dockerfile on screen. Lines are 1-based and inclusive. */
export interface Problem {
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** Name of the check that found it. */
  rule?: string;
  /** Where the rule is explained. */
  url?: string;
  startLine: number;
  endLine: number;
  /** Found by BuildKit in the shown build, or by the page in the text. */
  source: 'build' | 'local';
}

export const problemsStore = createStore<{ problems: Problem[] }>()(() => ({ problems: [] }));

export function useProblems<T>(select: (state: { problems: Problem[] }) => T): T {
  return useStore(problemsStore, select);
}

/** Replaces the problems of one source; the list stays sorted by line. */
export function setProblems(source: Problem['source'], found: readonly Problem[]): void {
  problemsStore.setState((state) => ({
    problems: [...state.problems.filter((problem) => problem.source !== source), ...found].sort(
      (a, b) => a.startLine - b.startLine,
    ),
  }));
}
