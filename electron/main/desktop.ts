import { clipboard, dialog, shell, type BrowserWindow } from 'electron';
import type { DesktopPorts } from '../studio/ports';

/** The desktop around the core, by Electron. Dialogs belong to the window that is open at the time. */
export function electronDesktop(window: () => BrowserWindow | undefined): DesktopPorts {
  const open = async (
    property: 'openDirectory' | 'openFile',
    { title, startAt }: { title: string; startAt?: string },
  ): Promise<string | undefined> => {
    const options = {
      title,
      properties: [property, 'createDirectory' as const],
      ...(startAt === undefined ? {} : { defaultPath: startAt }),
    };
    const parent = window();
    const { filePaths } = await (parent === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(parent, options));
    return filePaths[0];
  };
  return {
    chooseFolder: (options) => open('openDirectory', options),
    chooseFile: (options) => open('openFile', options),
    async chooseSavePath({ title, startAt }) {
      const options = { title, ...(startAt === undefined ? {} : { defaultPath: startAt }) };
      const parent = window();
      const { filePath } = await (parent === undefined
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(parent, options));
      return filePath === '' ? undefined : filePath;
    },
    revealInFileBrowser: async (path) => shell.showItemInFolder(path),
    writeClipboard: async (text) => clipboard.writeText(text),
  };
}
