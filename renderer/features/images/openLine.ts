import { buildsStore } from '../../stores/buildsStore';
import { projectStore, selectDockerfile } from '../../stores/projectStore';
import { revealLine } from '../../stores/uiStore';

/** Why a line of a Dockerfile can't be shown. */
export type OpenLineObstacle = 'no-project' | 'other-project' | 'no-file';

/**
 * Shows the line (1-based) of the Dockerfile that a layer comes from, in the editor of the open project.
 *
 * @param buildId of the build that made the image, where that is known: another project's file of the same name is not
 *   the one that is meant
 * @returns what keeps it from being shown; undefined when it is
 */
export async function openLine(
  file: string,
  line: number,
  buildId: string | undefined,
): Promise<OpenLineObstacle | undefined> {
  const { project } = projectStore.getState();
  if (project === undefined) return 'no-project';
  const build = buildsStore.getState().builds.find(({ id }) => id === buildId);
  if (build !== undefined && build.project !== project.path) return 'other-project';
  const path = file.replace(/^\.\//, '');
  if (!project.dockerfiles.some((known) => known.path === path)) return 'no-file';
  await selectDockerfile(path);
  // Another one was opened in the meantime, or this one can't be read, which the Build view says.
  if (projectStore.getState().dockerfile !== path) return undefined;
  revealLine(line);
  return undefined;
}
