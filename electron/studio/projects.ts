import type { Studio } from '../../shared/contract';
import { listContext } from '../projects/contextListing';
import { readTextFile, saveTextFile, watchTextFile } from '../projects/dockerfileFile';
import { openProjectFolder, pathInProject } from '../projects/projectFolder';
import type { ProjectStore } from '../projects/projectStore';
import { statesOf } from '../system/changes';

type Procedures = Studio['procedures'];
type Area = Pick<Procedures, Extract<keyof Procedures, `projects.${string}`>>;
type AreaStreams = Pick<Studio['streams'], 'projects.watch' | 'projects.dockerfileChanges'>;

/** Projects, their Dockerfiles, and what is remembered of them. */
export function projectProcedures(store: ProjectStore, samplePath: string): Area {
  return {
    'projects.open': async ({ path }) => {
      const project = await openProjectFolder(path, samplePath);
      await store.remember(project.path);
      return project;
    },
    'projects.forget': ({ path }) => store.forget(path),
    'projects.readDockerfile': async ({ project, dockerfile }) => {
      const file = await readTextFile(pathInProject(project, dockerfile));
      const { draft } = await store.state(project, dockerfile);
      if (draft === undefined || draft.text === file.text) return file;
      return { ...file, draft: draft.text, draftOutdated: draft.revision !== file.revision };
    },
    'projects.saveDockerfile': async ({ project, dockerfile, text, revision }) => {
      const saved = await saveTextFile(pathInProject(project, dockerfile), text, revision);
      await store.saveDraft(project, dockerfile, undefined, saved);
      return { revision: saved };
    },
    'projects.saveDraft': ({ project, dockerfile, text, revision }) =>
      store.saveDraft(project, dockerfile, text, revision),
    'projects.listContext': ({ project, dockerfile, prefix }, { signal }) =>
      listContext(project, dockerfile, prefix, signal),
    'projects.buildSettings': async ({ project, dockerfile }) => {
      const { settings, builder } = await store.state(project, dockerfile);
      return { settings, ...(builder === undefined ? {} : { builder }) };
    },
    'projects.saveBuildSettings': ({ project, dockerfile, settings, builder }) =>
      store.saveSettings(project, dockerfile, settings, builder),
  };
}

/** Changes of the recent projects and of the open Dockerfile on disk. */
export function projectStreams(store: ProjectStore): AreaStreams {
  return {
    'projects.watch': (_params, { signal }) =>
      statesOf(
        () => store.recentProjects(),
        (listener) => store.onChange(listener),
        signal,
      ),
    'projects.dockerfileChanges': ({ project, dockerfile }, { signal }) =>
      watchTextFile(pathInProject(project, dockerfile), signal),
  };
}
