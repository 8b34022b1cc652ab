import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Texts } from './texts';

/**
 * The application menu. Commands of the page are sent to it by their ids; their keys are shown only, because the page
 * binds them itself.
 */
export function applicationMenu(texts: Texts, command: (id: string) => void): Menu {
  const item = (label: string, id: string, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    registerAccelerator: false,
    click: () => command(id),
  });
  const mac = process.platform === 'darwin';
  return Menu.buildFromTemplate([
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: texts.file,
      submenu: [
        item(texts.openProject, 'project.open', 'CmdOrCtrl+O'),
        item(texts.save, 'file.save', 'CmdOrCtrl+S'),
        { type: 'separator' },
        { label: texts.quit, role: 'quit' },
      ],
    },
    {
      label: texts.edit,
      submenu: [
        { label: texts.undo, role: 'undo' },
        { label: texts.redo, role: 'redo' },
        { type: 'separator' },
        { label: texts.cut, role: 'cut' },
        { label: texts.copy, role: 'copy' },
        { label: texts.paste, role: 'paste' },
        { label: texts.selectAll, role: 'selectAll' },
      ],
    },
    {
      label: texts.build,
      submenu: [
        item(texts.startBuild, 'build.start', 'CmdOrCtrl+Enter'),
        item(texts.cancelBuild, 'build.cancel', 'CmdOrCtrl+.'),
      ],
    },
    {
      label: texts.view,
      submenu: [
        item(texts.palette, 'palette.open', 'CmdOrCtrl+K'),
        { type: 'separator' },
        { label: texts.zoomIn, role: 'zoomIn' },
        { label: texts.zoomOut, role: 'zoomOut' },
        { label: texts.zoomReset, role: 'resetZoom' },
        { label: texts.fullScreen, role: 'togglefullscreen' },
        { type: 'separator' },
        { label: texts.toggleDevTools, role: 'toggleDevTools' },
      ],
    },
  ]);
}
