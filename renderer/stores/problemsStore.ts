import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Fix } from '../../shared/dockerfile/fixes';

/** Something wrong with the Dockerfile on screen. Lines and columns are 1-based, lines inclusive. */
export interface Problem {
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** Name of the check that found it. */
  rule?: string;
  /** What the rule asks for in general. */
  description?: string;
  /** Where the rule is explained. */
  url?: string;
  startLine: number;
  endLine: number;
  /** Where on the lines, when that is known; `endColumn` is behind the last character. */
  startColumn?: number;
  endColumn?: number;
  /** Found by BuildKit in the shown build or in the text, or by the page in the text. */
  source: 'build' | 'check' | 'local';
  /** Those it concerns, when it does not concern all that are built. */
  platforms?: readonly string[];
  /** Edits of the text that was checked, see `applyFix`; the likeliest first. */
  fixes?: readonly Fix[];
  /** Makes BuildKit leave the rule out. */
  ignore?: Fix;
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
