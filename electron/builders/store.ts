/** A node as it is kept on disk. Options are the driver's own; secrets are paths, never values. */
export interface StoredNode {
  name: string;
  /** An address or a Docker context's name; empty where the driver knows. */
  endpoint: string;
  options: Record<string, string>;
  /** Fixed platforms in canonical form; empty when they are detected. */
  platforms: string[];
  /** buildkitd's own flags. */
  flags: string[];
  /** Configuration files, base64, by their path below the daemon's configuration folder. */
  files: Record<string, string>;
}

/** A builder as it is kept on disk. */
export interface StoredBuilder {
  name: string;
  driver: string;
  nodes: StoredNode[];
}

/** The builder that new projects use: a stored one, or one that is not stored (`local`, `env`, a Docker context's). */
export interface ChosenBuilder {
  name: string;
  own: boolean;
}

export interface StoredBuilders {
  /** Sorted by name. */
  builders: StoredBuilder[];
  /** Absent until one was chosen. */
  current?: ChosenBuilder;
}

/** Where builders are remembered. Others may change it at any time. */
export interface BuilderStore {
  read(): Promise<StoredBuilders>;
  /** @throws StudioError `conflict` when there is a builder of that name, whatever its case */
  add(builder: StoredBuilder): Promise<void>;
  /**
   * Changes a stored builder, but not its name. What the store knows of it beyond {@link StoredBuilder} stays.
   *
   * @throws StudioError `not-found`, or what `change` throws; nothing is changed then
   */
  change(name: string, change: (builder: StoredBuilder) => StoredBuilder): Promise<void>;
  /** Forgets a builder; one that is gone already is no error. */
  remove(name: string): Promise<void>;
  use(choice: ChosenBuilder): Promise<void>;
  /** Remembers that the builder was used now. */
  markUsed(name: string): Promise<void>;
  /** Calls `onChange` within a second after anything may have changed, whoever did it, until the returned function is called. */
  watch(onChange: () => void): () => void;
}
