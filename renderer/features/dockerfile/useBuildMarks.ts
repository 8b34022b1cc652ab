import { useMemo } from 'react';
import { useOwnPlatform } from '../../stores/buildersStore';
import { stepPlatformsOf, useProgress } from '../../stores/progressStore';
import { useProject } from '../../stores/projectStore';
import { resolvedGraphs, stepsOfStages } from './resolvedStages';
import { useShownRequest } from './shownRequest';
import { imageMarks, letWait, stepMarks } from './stageSteps';
import type { StageStep, StepMark } from './stageSteps';
import { syntaxOf } from './syntax';

export interface BuildMarks {
  /** The platforms of the shown build: the order of the statuses in each mark. */
  platforms: readonly string[];
  /** For each platform the steps of each stage of the built text. */
  steps: readonly (readonly StageStep[][])[];
  /** By {@link markKey}. */
  marks: ReadonlyMap<string, StepMark>;
  /** Of images that no stage is built on, by their canonical name. */
  images: ReadonlyMap<string, StepMark>;
}

/** Whether the shown build was made from the Dockerfile that is open, whatever became of its text since. */
export function useShownRequestOfOpenFile() {
  const request = useShownRequest();
  const isOpen = useProject(
    (state) =>
      request !== undefined &&
      request.project === state.project?.path &&
      request.dockerfile === state.dockerfile,
  );
  return isOpen ? request : undefined;
}

/** How the instructions on screen fare in the shown build; undefined unless exactly this text is or was built. */
export function useBuildMarks(): BuildMarks | undefined {
  const request = useShownRequestOfOpenFile();
  const isSameText = useProject((state) => state.text === request?.dockerfileText);
  const progress = useProgress((state) => state.progress);
  const ownPlatform = useOwnPlatform();
  const places = useMemo(() => {
    if (request === undefined || !isSameText) return undefined;
    const syntax = syntaxOf(request.dockerfileText);
    const graphs = resolvedGraphs(syntax, request.settings, ownPlatform);
    return { syntax, graphs, steps: graphs.map((graph) => stepsOfStages(syntax, graph)) };
  }, [request, isSameText, ownPlatform]);
  return useMemo(() => {
    if (places === undefined || progress === undefined) return undefined;
    const platformsOf = stepPlatformsOf(progress);
    const marks = stepMarks(places.syntax, places.steps, progress, platformsOf);
    if (progress.endedMs === undefined) {
      letWait(marks, (stage, platform) => places.graphs[platform]?.stages[stage]?.needed === true);
    }
    const images = imageMarks(progress, platformsOf);
    return { platforms: progress.platforms, steps: places.steps, marks, images };
  }, [places, progress]);
}
