import type { FileFilter, FileTreeSummary } from '../../../../shared/contract';

/** What is shown of a tree. */
export type ShownKind = 'all' | 'differs' | 'only' | 'wrong-machine' | 'whiteout';

/** The filter as it is chosen and typed. */
export interface ChosenFilter {
  text: string;
  shown: ShownKind;
  /** Narrows `differs`; any when empty. */
  differences: FileFilter['differences'];
  /** Whether all folders are unfolded; absent until somebody says so: then a tree's size decides. */
  unfolded?: boolean;
}

export const emptyFilter: ChosenFilter = { text: '', shown: 'all', differences: [] };

const everything: FileFilter['show'] = ['differs', 'only', 'identical', 'wrong-machine', 'whiteout'];

/** Trees of that many paths are unfolded at first: they can be overlooked. */
const fewPaths = 200;

/** Whether the folders of a tree are unfolded. */
export function isUnfolded({ unfolded }: ChosenFilter, { paths }: Pick<FileTreeSummary, 'paths'>): boolean {
  return unfolded ?? paths <= fewPaths;
}

/** The filter as the core takes it. One that lets everything through unfolds all folders. */
export function requestedFilter(filter: ChosenFilter, summary: Pick<FileTreeSummary, 'paths'>): FileFilter {
  const { text, shown, differences } = filter;
  return {
    text: text.trim(),
    show: shown === 'all' ? (isUnfolded(filter, summary) ? everything : []) : [shown],
    differences: shown === 'differs' ? differences : [],
  };
}

/** Whether it leaves anything out. */
export function isFiltering({ text, shown }: ChosenFilter): boolean {
  return text.trim() !== '' || shown !== 'all';
}
