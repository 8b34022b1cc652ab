import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import {
  defaultBuildSettings,
  keptBuildSettingsSchema,
  recentProjectSchema,
  type KeptBuildSettings,
  type RecentProject,
} from '../../shared/contract';
import { JsonFile, type CorruptFileReport } from '../system/jsonFile';

const dockerfileStateSchema = z.object({
  settings: keptBuildSettingsSchema,
  builder: z.string().optional(),
  draft: z.object({ text: z.string(), revision: z.string() }).optional(),
});
type DockerfileState = z.infer<typeof dockerfileStateSchema>;

const recentSchema = z.array(recentProjectSchema.omit({ available: true }));
const maxRecent = 50;

const { output: _none, ...nothingChosen } = defaultBuildSettings;

/** What Manifold remembers of projects: the recent ones, and for each Dockerfile its settings and unsaved text. */
export class ProjectStore {
  private readonly recent: JsonFile<z.infer<typeof recentSchema>>;
  private readonly dockerfiles = new Map<string, JsonFile<DockerfileState>>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly folder: string,
    private readonly onCorrupt: CorruptFileReport,
  ) {
    this.recent = new JsonFile(join(folder, 'recent.json'), recentSchema, [], onCorrupt);
  }

  /** The recent projects, latest first. */
  async recentProjects(): Promise<RecentProject[]> {
    const projects = await this.recent.read();
    return Promise.all(
      projects.map(async (project) => ({
        ...project,
        available: await stat(project.path).then(
          (found) => found.isDirectory(),
          () => false,
        ),
      })),
    );
  }

  async remember(path: string): Promise<void> {
    await this.recent.update((projects) => [
      { path, name: basename(path) || path, lastOpenedMs: Date.now() },
      ...projects.filter((project) => project.path !== path).slice(0, maxRecent - 1),
    ]);
    this.changed();
  }

  async forget(path: string): Promise<void> {
    await this.recent.update((projects) => projects.filter((project) => project.path !== path));
    this.changed();
  }

  /** Calls back after every change of the recent projects; returns the way to stop that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async state(project: string, dockerfile: string): Promise<DockerfileState> {
    return this.file(project, dockerfile).read();
  }

  async saveSettings(
    project: string,
    dockerfile: string,
    settings: KeptBuildSettings,
    builder?: string,
  ): Promise<void> {
    await this.file(project, dockerfile).update(({ draft }) => ({
      settings,
      ...(builder === undefined ? {} : { builder }),
      ...(draft === undefined ? {} : { draft }),
    }));
  }

  /** Keeps unsaved text, begun on the file's `revision`; an undefined text drops it. */
  async saveDraft(
    project: string,
    dockerfile: string,
    text: string | undefined,
    revision: string,
  ): Promise<void> {
    await this.file(project, dockerfile).update(({ draft: _old, ...state }) =>
      text === undefined ? state : { ...state, draft: { text, revision } },
    );
  }

  /** Resolves when everything is on disk. */
  async settled(): Promise<void> {
    await Promise.all([
      this.recent.settled(),
      ...[...this.dockerfiles.values()].map((file) => file.settled()),
    ]);
  }

  private file(project: string, dockerfile: string): JsonFile<DockerfileState> {
    const key = createHash('sha256').update(`${project}\0${dockerfile}`).digest('hex').slice(0, 32);
    const known = this.dockerfiles.get(key);
    if (known !== undefined) return known;
    const file = new JsonFile<DockerfileState>(
      join(this.folder, `${key}.json`),
      dockerfileStateSchema,
      { settings: nothingChosen },
      this.onCorrupt,
    );
    this.dockerfiles.set(key, file);
    return file;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
