import type { BuildSummary } from '../../../../shared/contract';
import { hasImage } from '../../../stores/imagesStore';

/**
 * The newest image that was built of the same Dockerfile before.
 *
 * @param builds newest first
 * @param id of the build whose predecessor is wanted; undefined answers undefined
 */
export function previousBuild(
  builds: readonly BuildSummary[],
  id: string | undefined,
): BuildSummary | undefined {
  const at = builds.findIndex((build) => build.id === id);
  const build = builds[at];
  if (build === undefined) return undefined;
  return builds
    .slice(at + 1)
    .find(
      (other) => other.project === build.project && other.dockerfile === build.dockerfile && hasImage(other),
    );
}
