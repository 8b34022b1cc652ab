/** What the core needs from the desktop around it. The app passes Electron's; tests pass their own. */
export interface DesktopPorts {
  /** All return undefined when the user cancels. Paths are absolute. */
  chooseFolder(options: { title: string; startAt?: string }): Promise<string | undefined>;
  chooseFile(options: { title: string; startAt?: string }): Promise<string | undefined>;
  chooseSavePath(options: { title: string; startAt?: string }): Promise<string | undefined>;
  revealInFileBrowser(path: string): Promise<void>;
  writeClipboard(text: string): void;
  notify(title: string, body: string): void;
}

/** Folders of one Manifold, all absolute. */
export interface StudioPaths {
  /** Settings, builders, build records and drafts. */
  userData: string;
  /** Archives of builds that name no other place. */
  outputs: string;
  /** Where the sample project's Dockerfile and texts lie in the installation. */
  sampleSource: string;
}
