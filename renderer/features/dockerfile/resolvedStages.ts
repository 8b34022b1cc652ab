import type { BuildSettings } from '../../../shared/contract';
import { resolveStages } from '../../../shared/dockerfile';
import type { DockerfileSyntax, StageGraph } from '../../../shared/dockerfile';
import { parsePlatform } from '../../../shared/model/platform';
import type { Platform } from '../../../shared/model/platform';
import { stageSteps } from './stageSteps';
import type { StageStep } from './stageSteps';

type GraphSettings = Pick<BuildSettings, 'platforms' | 'buildArgs' | 'target'>;

const fallback: Platform = { os: 'linux', architecture: 'amd64' };
const platformOf = (text: string | undefined): Platform => {
  const parsed = parsePlatform(text ?? '');
  return parsed.ok ? parsed.value : fallback;
};

/**
 * The stages as each ticked platform sees them; as the node's own platform does when nothing is ticked.
 *
 * @param ownPlatform what the builder's first node runs natively
 */
export function resolvedGraphs(
  syntax: DockerfileSyntax,
  settings: GraphSettings,
  ownPlatform: string | undefined,
): StageGraph[] {
  const buildPlatform = platformOf(ownPlatform);
  const buildArgs = Object.fromEntries(settings.buildArgs.map(({ name, value }) => [name, value]));
  const platforms = settings.platforms.length > 0 ? settings.platforms.map(platformOf) : [buildPlatform];
  return platforms.map((platform) =>
    resolveStages(syntax, {
      platform,
      buildPlatform,
      buildArgs,
      ...(settings.target === '' ? {} : { target: settings.target }),
    }),
  );
}

/** The steps of every stage as BuildKit counts them. */
export function stepsOfStages(syntax: DockerfileSyntax, graph: StageGraph | undefined): StageStep[][] {
  const references = new Map((graph?.images ?? []).map((image) => [image.id, image.reference]));
  const bases = new Map(
    (graph?.edges ?? [])
      .filter((edge) => edge.kind === 'base')
      .map((edge) => [edge.to, references.get(edge.from)]),
  );
  return syntax.stages.map((stage) => stageSteps(stage, bases.get(`stage:${stage.index}`)));
}
