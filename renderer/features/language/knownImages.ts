import { imagesIn, readDocument } from '../../../shared/dockerfile/language';
import { reportDefect, studio } from '../../app/studio';
import { buildsStore } from '../../stores/buildsStore';
import { projectStore } from '../../stores/projectStore';

const maxFiles = 30;
const maxBuilds = 20;

let collected: { key: string; images: Promise<readonly string[]> } | undefined;

/** The images that the project's Dockerfiles and its recent builds name, each once. Read again after every build. */
export function knownImages(): Promise<readonly string[]> {
  const { project } = projectStore.getState();
  if (project === undefined) return Promise.resolve([]);
  const builds = buildsStore.getState().builds.slice(0, maxBuilds);
  const key = JSON.stringify([project.path, project.dockerfiles, builds.map(({ id }) => id)]);
  if (collected?.key !== key) {
    const files = project.dockerfiles.slice(0, maxFiles);
    const texts = [
      ...files.map(async ({ path }) => {
        const file = { project: project.path, dockerfile: path };
        return (await studio().call('projects.readDockerfile', file)).text;
      }),
      ...builds.map(async ({ id }) => (await studio().call('builds.get', { id })).request.dockerfileText),
    ];
    collected = { key, images: imagesOf(texts) };
  }
  return collected.images;
}

async function imagesOf(texts: readonly Promise<string>[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const read of await Promise.allSettled(texts)) {
    // A file or build that went away in the meantime names nothing any more.
    if (read.status === 'rejected') reportDefect(read.reason);
    else for (const image of imagesIn(readDocument(read.value))) found.add(image);
  }
  return [...found];
}
