import { defaultBuildSettings, type Builder, type BuildOutput } from '../../shared/contract';
import { isGoTrue } from '../../shared/model/goBoolean';
import { buildersStore, chosenBuilder } from './buildersStore';
import { projectStore, proposeOutput } from './projectStore';

/**
 * The output to begin with on a builder: into Docker's images where buildx loads a build that names no output (build/opt.go,
 * `toSolveOpt`), which is on a Docker Engine's own builder and where the driver option `default-load` is on.
 */
export function proposedOutput(builder: Builder | undefined): BuildOutput {
  const loads = builder?.driver === 'docker' || isGoTrue(builder?.nodes[0]?.driverOptions['default-load']);
  return loads ? { type: 'load' } : defaultBuildSettings.output;
}

/**
 * Proposes an output for the open Dockerfile whenever another one, or another builder, is chosen.
 *
 * @returns stops that
 */
export function followProposedOutput(): () => void {
  const propose = (): void => {
    const { loaded, builders } = buildersStore.getState();
    if (loaded) proposeOutput(proposedOutput(chosenBuilder(builders, projectStore.getState().builder)));
  };
  const stops = [buildersStore.subscribe(propose), projectStore.subscribe(propose)];
  propose();
  return () => stops.forEach((stop) => stop());
}
