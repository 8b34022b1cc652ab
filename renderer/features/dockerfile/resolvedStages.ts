import type { BuildSettings } from '../../../shared/contract';
import { resolveStages } from '../../../shared/dockerfile';
import type { DockerfileSyntax, ResolveOptions, StageGraph } from '../../../shared/dockerfile';
import { parsePlatform } from '../../../shared/model/platform';
import type { Platform } from '../../../shared/model/platform';
import { stageSteps } from './stageSteps';
import type { StageStep } from './stageSteps';

/** The part of a build's settings that decides how its stages hang together. */
export type GraphSettings = Pick<BuildSettings, 'platforms' | 'buildArgs' | 'target' | 'buildContexts'>;

const fallback: Platform = { os: 'linux', architecture: 'amd64' };
const platformOf = (text: string | undefined): Platform => {
  const parsed = parsePlatform(text ?? '');
  return parsed.ok ? parsed.value : fallback;
};
const byName = (values: BuildSettings['buildArgs']): Record<string, string> =>
  Object.fromEntries(values.map(({ name, value }) => [name, value]));

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
  return resolveOptions(settings, ownPlatform).map((options) => resolveStages(syntax, options));
}

/** What the file is resolved with for each ticked platform, or for the node's own when nothing is ticked. */
export function resolveOptions(settings: GraphSettings, ownPlatform: string | undefined): ResolveOptions[] {
  const buildPlatform = platformOf(ownPlatform);
  const platforms = settings.platforms.length > 0 ? settings.platforms.map(platformOf) : [buildPlatform];
  return platforms.map((platform) => ({
    platform,
    buildPlatform,
    buildArgs: byName(settings.buildArgs),
    buildContexts: byName(settings.buildContexts),
    ...(settings.target === '' ? {} : { target: settings.target }),
  }));
}

/** The steps of every stage as BuildKit counts them for one platform; a stage that a build context replaces has none. */
export function stepsOfStages(syntax: DockerfileSyntax, graph: StageGraph | undefined): StageStep[][] {
  const outside = new Map<string, string>([
    ...(graph?.images ?? []).map(({ id, reference }): [string, string] => [id, reference]),
    ...(graph?.contexts ?? []).map(({ id, name }): [string, string] => [id, name]),
  ]);
  const bases = new Map(
    (graph?.edges ?? []).filter(({ kind }) => kind === 'base').map(({ from, to }) => [to, outside.get(from)]),
  );
  return syntax.stages.map((stage, index) =>
    graph?.stages[index]?.replacedBy === undefined
      ? stageSteps(stage, bases.get(`stage:${stage.index}`))
      : [],
  );
}
