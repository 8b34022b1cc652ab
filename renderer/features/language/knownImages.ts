import { imagesIn, readDocument } from '../../../shared/dockerfile/language';
import { reportDefect, studio } from '../../app/studio';
import { buildsStore } from '../../stores/buildsStore';
import { projectStore } from '../../stores/projectStore';

const maxFiles = 30;
const maxBuilds = 20;

/** How long the engine's images count, and how long they are waited for: what comes late is there the next time. */
const catalogMs = 30_000;
const patienceMs = 400;

let collected: { key: string; images: Promise<readonly string[]> } | undefined;

let catalog: { atMs: number; images: Promise<readonly string[]> } | undefined;

/** The images that the project's Dockerfiles and its recent builds name, were looked at, or an engine has; each once. */
export async function knownImages(): Promise<readonly string[]> {
  const late = new Promise<readonly string[]>((resolve) => setTimeout(() => resolve([]), patienceMs));
  const lists = await Promise.all([namedImages(), Promise.race([catalogImages(), late])]);
  return [...new Set(lists.flat())];
}

function catalogImages(): Promise<readonly string[]> {
  if (catalog === undefined || catalog.atMs + catalogMs < Date.now()) {
    const images = studio()
      .call('images.catalog')
      .then(({ recent, engine }) => [...recent, ...engine.flatMap(({ references }) => references)])
      .catch((error: unknown) => {
        reportDefect(error);
        return [];
      });
    catalog = { atMs: Date.now(), images };
  }
  return catalog.images;
}

/** Read again after every build. */
function namedImages(): Promise<readonly string[]> {
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
