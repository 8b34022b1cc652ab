import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { StreamItem, StudioErrorData } from '../../shared/contract';
import { lanesOf, stepPlatforms } from '../../shared/model/progress/lanes';
import type { Lane } from '../../shared/model/progress/lanes';
import { BuildReducer } from '../../shared/model/progress/reduce';
import type { BuildProgress } from '../../shared/model/progress/types';
import { errorData, studio } from '../app/studio';
import { buildsStore } from './buildsStore';
import { oncePerFrame } from './frame';

export interface ProgressState {
  /** Of the build in the run panel. */
  progress?: BuildProgress;
  /** Why the progress can't be shown. */
  error?: StudioErrorData;
}

export const progressStore = createStore<ProgressState>()(() => ({}));

export function useProgress<T>(select: (state: ProgressState) => T): T {
  return useStore(progressStore, select);
}

/** Follows the progress of whatever build is shown; items are applied once per frame. */
export function followProgress(): () => void {
  let shown: string | undefined;
  let stop: () => void = () => undefined;

  const follow = (id: string | undefined): void => {
    if (id === shown) return;
    shown = id;
    stop();
    progressStore.setState({}, true);
    stop = id === undefined ? () => undefined : followOne(id);
  };
  follow(buildsStore.getState().shownId);
  const unsubscribe = buildsStore.subscribe((state) => follow(state.shownId));
  return () => {
    unsubscribe();
    stop();
  };
}

function followOne(id: string): () => void {
  let waiting: StreamItem<'builds.progress'>[] = [];
  const frame = oncePerFrame(() => {
    const items = waiting;
    waiting = [];
    const { progress: before } = progressStore.getState();
    const progress = items.reduce(applyItem, before);
    if (progress !== undefined && progress !== before) progressStore.setState({ progress });
  });
  const unsubscribe = studio().subscribe(
    'builds.progress',
    { id },
    {
      onItem(item) {
        waiting.push(item);
        frame.request();
      },
      onError(error) {
        progressStore.setState({ error: errorData(error) });
      },
    },
  );
  return () => {
    frame.cancel();
    unsubscribe();
  };
}

/** Applies one item of 'builds.progress'. Events before the snapshot have nothing to change. */
export function applyItem(
  progress: BuildProgress | undefined,
  item: StreamItem<'builds.progress'>,
): BuildProgress | undefined {
  if (item.type === 'snapshot') return item.progress;
  if (progress === undefined) return undefined;
  const reducer = new BuildReducer(progress);
  item.events.forEach((event) => reducer.apply(event));
  return reducer.progress;
}

const lanesByProgress = new WeakMap<BuildProgress, Lane[]>();
const noLanes: Lane[] = [];

/** The lanes of a progress, computed once for each state of it. */
export function lanesOfProgress(progress: BuildProgress | undefined): Lane[] {
  if (progress === undefined) return noLanes;
  const known = lanesByProgress.get(progress) ?? lanesOf(progress);
  lanesByProgress.set(progress, known);
  return known;
}

/** The lanes of the shown build. */
export function useLanes(): Lane[] {
  return useProgress((state) => lanesOfProgress(state.progress));
}

const noPlatforms = new Map<string, string[]>();

/** Step id -> the platforms it serves, computed once for each state of the progress. */
export function stepPlatformsOf(progress: BuildProgress | undefined): Map<string, string[]> {
  return progress === undefined ? noPlatforms : stepPlatforms(progress);
}
