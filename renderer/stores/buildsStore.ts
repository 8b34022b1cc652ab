import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { BuildRequest, BuildSummary, StreamItem, StudioErrorData } from '../../shared/contract';
import { errorData, studio } from '../app/studio';
import { builderOf } from './buildersStore';
import { flushProjectWrites, projectStore } from './projectStore';
import { showPanel, showView } from './uiStore';
import { watch } from './watch';

export interface BuildsState {
  loaded: boolean;
  /** Newest first. */
  builds: BuildSummary[];
  /** The build in the run panel. */
  shownId?: string;
  /** True from the click on Build until the core has taken the build. */
  starting: boolean;
  /** Why the last click on Build or Cancel did nothing. */
  startError?: StudioErrorData;
}

export const buildsStore = createStore<BuildsState>()(() => ({ loaded: false, builds: [], starting: false }));

export function useBuilds<T>(select: (state: BuildsState) => T): T {
  return useStore(buildsStore, select);
}

const get = buildsStore.getState;
const set = buildsStore.setState;

/** Keeps the store equal to the core's list. A build that is already running at start is shown. */
export function followBuilds(): () => void {
  return watch('builds.watch', undefined, (item) => {
    set((state) => ({ loaded: true, builds: reduceBuilds(state.builds, item) }));
    const running = item.type === 'snapshot' ? runningBuild(get()) : undefined;
    if (running !== undefined && get().shownId === undefined) set({ shownId: running.id });
  });
}

/** Applies one item of 'builds.watch'. */
export function reduceBuilds(builds: BuildSummary[], item: StreamItem<'builds.watch'>): BuildSummary[] {
  switch (item.type) {
    case 'snapshot':
      return item.builds;
    case 'removed':
      return builds.filter((build) => build.id !== item.id);
    case 'summary': {
      const at = builds.findIndex((build) => build.id === item.build.id);
      if (at >= 0) return builds.with(at, item.build);
      const older = builds.findIndex((build) => build.startedMs <= item.build.startedMs);
      return builds.toSpliced(older < 0 ? builds.length : older, 0, item.build);
    }
  }
}

/** Whether a build has not ended yet. */
export function isRunning(build: Pick<BuildSummary, 'status'>): boolean {
  return build.status === 'preparing' || build.status === 'running';
}

/** The build that Cancel means: the shown one while it runs, else the newest that runs. */
export function runningBuild(state: Pick<BuildsState, 'builds' | 'shownId'>): BuildSummary | undefined {
  const running = state.builds.filter(isRunning);
  return running.find((build) => build.id === state.shownId) ?? running[0];
}

/** The build in the run panel, as far as the list knows it. */
export function shownBuild(state: Pick<BuildsState, 'builds' | 'shownId'>): BuildSummary | undefined {
  return state.builds.find((build) => build.id === state.shownId);
}

/** What a click on Build would ask for; undefined while there is nothing to build or no builder. */
export function currentBuildRequest(): BuildRequest | undefined {
  const { project, dockerfile, text, settings, builder: chosen } = projectStore.getState();
  const builder = builderOf(chosen);
  if (project === undefined || dockerfile === undefined || builder === undefined) return undefined;
  return { project: project.path, dockerfile, dockerfileText: text, builder: builder.name, settings };
}

/**
 * Builds the text on screen with the settings on screen, and shows the build. A refusal goes into `startError`.
 *
 * @param options.stage builds up to this stage (the last one when empty) into the cache alone: nothing is exported, so
 *   that no tag ever names half an image
 * @returns the build's id, or undefined when it did not start
 */
export async function startBuild(
  options: { noCache?: boolean; stage?: string } = {},
): Promise<string | undefined> {
  const request = currentBuildRequest();
  if (request === undefined || get().starting) return undefined;
  flushProjectWrites();
  if (options.noCache === true) request.settings = { ...request.settings, noCache: true };
  if (options.stage !== undefined) {
    request.settings = { ...request.settings, target: options.stage, output: { type: 'cacheonly' } };
  }
  dismissStartError();
  set({ starting: true });
  showView('build');
  showPanel('run');
  try {
    const build = await studio().call('builds.start', request);
    set((state) => ({
      builds: state.builds.some((known) => known.id === build.id)
        ? state.builds
        : reduceBuilds(state.builds, { type: 'summary', build }),
      shownId: build.id,
    }));
    return build.id;
  } catch (error) {
    set({ startError: errorData(error) });
    return undefined;
  } finally {
    set({ starting: false });
  }
}

/** Stops a build in the daemon: the given one, or the one that Cancel means. */
export async function cancelBuild(id?: string): Promise<void> {
  const build = id ?? runningBuild(get())?.id;
  if (build === undefined) return;
  try {
    await studio().call('builds.cancel', { id: build });
  } catch (error) {
    set({ startError: errorData(error) });
  }
}

/** Puts a build into the run panel. */
export function showBuild(id: string): void {
  dismissStartError();
  set({ shownId: id });
  showPanel('run');
}

/** Takes a build's record away for good. */
export async function removeBuild(id: string): Promise<void> {
  await studio().call('builds.remove', { id });
  set((state) => ({ builds: reduceBuilds(state.builds, { type: 'removed', id }) }));
}

export function dismissStartError(): void {
  const { startError: _gone, ...state } = get();
  set(state, true);
}
