import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { RecentProject } from '../../shared/contract';
import { watch } from './watch';

export interface RecentProjectsState {
  loaded: boolean;
  projects: RecentProject[];
}

/** Folders that were opened, the latest first. */
export const recentProjectsStore = createStore<RecentProjectsState>()(() => ({
  loaded: false,
  projects: [],
}));

export function useRecentProjects<T>(select: (state: RecentProjectsState) => T): T {
  return useStore(recentProjectsStore, select);
}

/** Keeps the store equal to the core's list. */
export function followRecentProjects(): () => void {
  return watch('projects.watch', undefined, (projects) =>
    recentProjectsStore.setState({ loaded: true, projects }),
  );
}
