import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { defaultBuildSettings } from '../../shared/contract';
import type {
  BuildOutput,
  BuildSettings,
  KeptBuildSettings,
  Project,
  StudioErrorData,
} from '../../shared/contract';
import { errorData, studio } from '../app/studio';
import { bootStore, rememberLayout } from './bootStore';
import { DelayedWrite } from './delayedWrite';
import { watch } from './watch';

export interface ProjectState {
  status: 'none' | 'loading' | 'ready' | 'failed';
  project?: Project;
  /** Why the last folder or Dockerfile could not be opened. With status `ready`, the one before is still open. */
  error?: StudioErrorData;
  /** Relative to the project folder. Absent when the folder holds none. */
  dockerfile?: string;
  /** The text on screen. */
  text: string;
  /** The text on disk, as far as the page knows. */
  savedText: string;
  /** The state on disk that `savedText` is. */
  revision: string;
  dirty: boolean;
  /** The kept unsaved text was begun on an older state of the file. */
  draftOutdated: boolean;
  /** The file changed (or went away) on disk while there is unsaved text. */
  changedOnDisk: boolean;
  settings: BuildSettings;
  /** Somebody chose the output in `settings`; else it is proposed for the builder, and not kept. */
  outputChosen: boolean;
  /** Name of the builder chosen for this project; absent for the current one. */
  builder?: string;
  /** Why the last save, draft or settings could not be written. */
  saveError?: StudioErrorData;
}

const nothingOpen: ProjectState = {
  status: 'none',
  text: '',
  savedText: '',
  revision: '',
  dirty: false,
  draftOutdated: false,
  changedOnDisk: false,
  settings: defaultBuildSettings,
  outputChosen: false,
};

export const projectStore = createStore<ProjectState>()(() => nothingOpen);

export function useProject<T>(select: (state: ProjectState) => T): T {
  return useStore(projectStore, select);
}

const get = projectStore.getState;
const set = projectStore.setState;

/** Counts openings, so that a slow answer for a project that was left is dropped. */
let opening = 0;
let stopWatching: () => void = () => undefined;

/** Forgets everything, for tests. */
export function resetProject(): void {
  opening += 1;
  stopWatching();
  draftWrite.cancel();
  settingsWrite.cancel();
  set(nothingOpen, true);
}

/** Opens a folder. When that fails and another project is open, that one stays and `error` says what happened. */
export async function openProject(path: string): Promise<void> {
  const mine = ++opening;
  flushProjectWrites();
  const before = get();
  const { error: _old, ...rest } = before;
  set(before.status === 'ready' ? rest : { ...nothingOpen, status: 'loading' }, true);
  try {
    const project = await studio().call('projects.open', { path });
    if (mine !== opening) return;
    stopWatching();
    set({ ...nothingOpen, status: 'loading', project }, true);
    const remembered = bootStore.getState().layout[dockerfileKey(project.path)];
    const entry = project.dockerfiles.find((file) => file.path === remembered) ?? project.dockerfiles[0];
    if (entry === undefined) set({ status: 'ready' });
    else await readDockerfile(project, entry.path, mine);
  } catch (error) {
    if (mine !== opening) return;
    set({ status: get().project === undefined ? 'failed' : 'ready', error: errorData(error) });
  }
}

/** Asks for a folder and opens it. Nothing happens when the dialog is dismissed. */
export async function chooseAndOpenProject(title: string, onChosen: () => void): Promise<void> {
  const startAt = get().project?.path;
  const { path } = await studio().call('dialogs.chooseFolder', {
    title,
    ...(startAt === undefined ? {} : { startAt }),
  });
  if (path === undefined) return;
  onChosen();
  await openProject(path);
}

/** Shows another Dockerfile of the open project. Unsaved text of the one before is kept as its draft. */
export async function selectDockerfile(path: string): Promise<void> {
  const { project } = get();
  if (project === undefined || path === get().dockerfile) return;
  const mine = ++opening;
  flushProjectWrites();
  try {
    await readDockerfile(project, path, mine);
    rememberLayout(dockerfileKey(project.path), path);
  } catch (error) {
    if (mine === opening) set({ error: errorData(error) });
  }
}

const dockerfileKey = (project: string): string => `dockerfile:${project}`;

async function readDockerfile(project: Project, dockerfile: string, mine: number): Promise<void> {
  const file = { project: project.path, dockerfile };
  const [onDisk, build] = await Promise.all([
    studio().call('projects.readDockerfile', file),
    studio().call('projects.buildSettings', file),
  ]);
  if (mine !== opening) return;
  const text = onDisk.draft ?? onDisk.text;
  set(
    {
      ...nothingOpen,
      status: 'ready',
      project,
      dockerfile,
      text,
      savedText: onDisk.text,
      revision: onDisk.revision,
      dirty: text !== onDisk.text,
      draftOutdated: onDisk.draftOutdated ?? false,
      settings: { ...build.settings, output: build.settings.output ?? defaultBuildSettings.output },
      outputChosen: build.settings.output !== undefined,
      ...(build.builder === undefined ? {} : { builder: build.builder }),
    },
    true,
  );
  stopWatching();
  revisionOnDisk = onDisk.revision;
  stopWatching = watch(
    'projects.dockerfileChanges',
    file,
    ({ revision }) => void dockerfileChanged(revision),
  );
}

/** True while a save of our own is under way, whose echo is no change by somebody else. */
let saving = false;
let revisionOnDisk: string | undefined;

async function dockerfileChanged(revision: string | undefined): Promise<void> {
  revisionOnDisk = revision;
  if (saving || revision === get().revision) return;
  if (get().dirty || revision === undefined) set({ changedOnDisk: true });
  else await reloadDockerfile();
}

/** Keeps the text as it is typed, so that it survives a crash. */
const draftWrite = new DelayedWrite<{ project: string; dockerfile: string; revision: string; text?: string }>(
  400,
  (draft) => void studio().call('projects.saveDraft', draft).catch(saveFailed),
);

/** Takes over what was typed. */
export function setText(text: string): void {
  const { project, dockerfile, savedText, revision } = get();
  if (project === undefined || dockerfile === undefined || text === get().text) return;
  const dirty = text !== savedText;
  set({ text, dirty });
  draftWrite.schedule({ project: project.path, dockerfile, revision, ...(dirty ? { text } : {}) });
}

/**
 * Writes the text on screen to the file. A file that changed on disk meanwhile is not overwritten (`changedOnDisk`,
 * `saveError`) unless `overwrite` says so.
 */
export async function saveDockerfile(options: { overwrite?: boolean } = {}): Promise<void> {
  const { project, dockerfile, text, revision } = get();
  if (project === undefined || dockerfile === undefined || saving) return;
  const mine = opening;
  const file = { project: project.path, dockerfile };
  saving = true;
  try {
    const saved = await studio().call('projects.saveDockerfile', {
      ...file,
      text,
      ...(options.overwrite === true ? {} : { revision }),
    });
    if (mine !== opening) return;
    const { saveError: _gone, ...state } = get();
    const dirty = state.text !== text;
    set(
      {
        ...state,
        savedText: text,
        revision: saved.revision,
        dirty,
        draftOutdated: false,
        changedOnDisk: false,
      },
      true,
    );
    draftWrite.schedule({ ...file, revision: saved.revision, ...(dirty ? { text: state.text } : {}) });
    draftWrite.flush();
  } catch (error) {
    if (mine !== opening) return;
    const data = errorData(error);
    set({ saveError: data, ...(data.code === 'conflict' ? { changedOnDisk: true } : {}) });
  } finally {
    saving = false;
  }
}

/** Takes the text from disk; what was typed is dropped. */
export async function reloadDockerfile(): Promise<void> {
  const { project, dockerfile } = get();
  if (project === undefined || dockerfile === undefined) return;
  const mine = opening;
  const file = { project: project.path, dockerfile };
  try {
    const onDisk = await studio().call('projects.readDockerfile', file);
    if (mine !== opening) return;
    const { saveError: _gone, ...state } = get();
    const { text, revision } = onDisk;
    set(
      { ...state, text, savedText: text, revision, dirty: false, draftOutdated: false, changedOnDisk: false },
      true,
    );
    draftWrite.schedule({ ...file, revision });
    draftWrite.flush();
  } catch (error) {
    if (mine === opening) saveFailed(error);
  }
}

/** Keeps the text on screen although the file changed, and builds on: the next save overwrites the file. */
export function keepText(): void {
  set({
    changedOnDisk: false,
    draftOutdated: false,
    ...(revisionOnDisk === undefined ? {} : { revision: revisionOnDisk }),
  });
}

interface BuildSettingsWrite {
  project: string;
  dockerfile: string;
  settings: KeptBuildSettings;
  builder?: string;
}
const settingsWrite = new DelayedWrite<BuildSettingsWrite>(300, (params) => {
  studio().call('projects.saveBuildSettings', params).catch(saveFailed);
});

/** Changes the build configuration of the open Dockerfile, and keeps it. */
export function updateBuildSettings(patch: Partial<BuildSettings>): void {
  const { settings, outputChosen } = get();
  set({
    settings: { ...settings, ...patch },
    outputChosen: outputChosen || patch.output !== undefined,
  });
  scheduleSettings();
}

/** Takes an output that suits the builder, as long as nobody has chosen one. */
export function proposeOutput(output: BuildOutput): void {
  const { settings, outputChosen } = get();
  if (outputChosen || settings.output.type === output.type) return;
  set({ settings: { ...settings, output } });
}

/** Builds this project with that builder from now on. */
export function chooseBuilder(name: string): void {
  set({ builder: name });
  scheduleSettings();
}

function scheduleSettings(): void {
  const { project, dockerfile, settings, outputChosen, builder } = get();
  if (project === undefined || dockerfile === undefined) return;
  const { output, ...others } = settings;
  settingsWrite.schedule({
    project: project.path,
    dockerfile,
    settings: { ...others, ...(outputChosen ? { output } : {}) },
    ...(builder === undefined ? {} : { builder }),
  });
}

/** Sends unsaved text and settings that still wait. */
export function flushProjectWrites(): void {
  draftWrite.flush();
  settingsWrite.flush();
}

/** Takes `error` away once it was read. */
export function dismissProjectError(): void {
  const { error: _gone, saveError: _too, ...state } = get();
  set(state, true);
}

function saveFailed(error: unknown): void {
  set({ saveError: errorData(error) });
}
