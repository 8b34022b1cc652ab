import type { FileFilter } from '../../../../shared/contract';

/** What is shown of a tree. */
export type ShownKind = 'all' | 'differs' | 'only' | 'wrong-machine' | 'whiteout';

/** The filter as it is chosen and typed. */
export interface ChosenFilter {
  text: string;
  shown: ShownKind;
  /** Narrows `differs`; any when empty. */
  differences: FileFilter['differences'];
  /** All folders are unfolded. */
  unfolded: boolean;
}

export const emptyFilter: ChosenFilter = { text: '', shown: 'all', differences: [], unfolded: false };

const everything: FileFilter['show'] = ['differs', 'only', 'identical', 'wrong-machine', 'whiteout'];

/** The filter as the core takes it. One that lets everything through unfolds all folders. */
export function requestedFilter({ text, shown, differences, unfolded }: ChosenFilter): FileFilter {
  return {
    text: text.trim(),
    show: shown === 'all' ? (unfolded ? everything : []) : [shown],
    differences: shown === 'differs' ? differences : [],
  };
}

/** Whether it leaves anything out. */
export function isFiltering({ text, shown }: ChosenFilter): boolean {
  return text.trim() !== '' || shown !== 'all';
}
