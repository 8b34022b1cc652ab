import { join } from 'node:path';

/** What the core needs from the desktop around it. The app passes Electron's; tests pass their own. */
export interface DesktopPorts {
  /** All return undefined when the user cancels. Paths are absolute. */
  chooseFolder(options: { title: string; startAt?: string }): Promise<string | undefined>;
  chooseFile(options: { title: string; startAt?: string }): Promise<string | undefined>;
  chooseSavePath(options: { title: string; startAt?: string }): Promise<string | undefined>;
  revealInFileBrowser(path: string): Promise<void>;
  writeClipboard(text: string): Promise<void>;
}

/**
 * Asks where a file shall go, by a name to begin with.
 *
 * @param outputFolder where the dialog starts
 * @returns an absolute path; undefined when the user cancels
 */
export function chooseOutput(
  desktop: Pick<DesktopPorts, 'chooseSavePath'>,
  outputFolder: () => string,
  name: string,
): Promise<string | undefined> {
  return desktop.chooseSavePath({ title: name, startAt: join(outputFolder(), name) });
}
