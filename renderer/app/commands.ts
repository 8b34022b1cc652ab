import i18next from 'i18next';
import { updateSettings } from '../stores/bootStore';
import {
  buildsStore,
  cancelBuild,
  currentBuildRequest,
  runningBuild,
  startBuild,
} from '../stores/buildsStore';
import {
  chooseAndOpenProject,
  openProject,
  projectStore,
  reloadDockerfile,
  saveDockerfile,
} from '../stores/projectStore';
import {
  findInLogs,
  setNewBuilderOpen,
  setPaletteOpen,
  setPartOpen,
  showPanel,
  showView,
  uiStore,
} from '../stores/uiStore';
import { watch } from '../stores/watch';
import { reportDefect } from './studio';

interface Command {
  run(): void | Promise<unknown>;
  /** Absent: always possible. */
  isEnabled?(): boolean;
}

const canBuild = (): boolean => currentBuildRequest() !== undefined && !buildsStore.getState().starting;
const hasDockerfile = (): boolean => projectStore.getState().dockerfile !== undefined;
const toggle = (part: 'sidebarOpen' | 'inspectorOpen' | 'runOpen') => (): void => {
  showView('build');
  setPartOpen(part, !uiStore.getState()[part]);
};
const panel = (name: 'run' | 'problems' | 'command') => (): void => {
  showView('build');
  showPanel(name);
};

/** All that can be done by name: from the palette, the menus, the keyboard. Titles are `app:command.<id>`. */
const commands = {
  'build.start': { run: () => startBuild(), isEnabled: canBuild },
  'build.startWithoutCache': { run: () => startBuild({ noCache: true }), isEnabled: canBuild },
  'build.cancel': {
    run: () => cancelBuild(),
    isEnabled: () => runningBuild(buildsStore.getState()) !== undefined,
  },
  'project.open': {
    run: () => chooseAndOpenProject(i18next.t('app:chooseProject'), () => showView('build')),
  },
  'file.save': { run: () => saveDockerfile(), isEnabled: hasDockerfile },
  'file.reload': { run: () => reloadDockerfile(), isEnabled: hasDockerfile },
  'view.build': { run: () => showView('build') },
  'view.images': { run: () => showView('images') },
  'view.history': { run: () => showView('history') },
  'view.builders': { run: () => showView('builders') },
  'view.settings': { run: () => showView('settings') },
  'panel.run': { run: panel('run') },
  'panel.problems': { run: panel('problems') },
  'panel.command': { run: panel('command') },
  'logs.find': { run: findInLogs },
  'toggle.sidebar': { run: toggle('sidebarOpen') },
  'toggle.inspector': { run: toggle('inspectorOpen') },
  'toggle.run': { run: toggle('runOpen') },
  'theme.light': { run: () => updateSettings({ theme: 'light' }) },
  'theme.dark': { run: () => updateSettings({ theme: 'dark' }) },
  'theme.system': { run: () => updateSettings({ theme: 'system' }) },
  'builder.new': {
    run: () => {
      showView('builders');
      setNewBuilderOpen(true);
    },
  },
  'palette.open': { run: () => setPaletteOpen(true) },
} satisfies Record<string, Command>;

export type CommandId = keyof typeof commands;
export const commandIds = Object.keys(commands) as CommandId[];

export function isEnabled(id: CommandId): boolean {
  const command: Command = commands[id];
  return command.isEnabled?.() ?? true;
}

/** Does what the command says, unless it is not possible now. */
export function runCommand(id: CommandId): void {
  if (!isEnabled(id)) return;
  Promise.resolve(commands[id].run()).catch(reportDefect);
}

/** Runs what the menus and the window ask for. */
export function watchCommands(): () => void {
  return watch('app.commands', undefined, (item) => {
    if (item.type === 'open-project') {
      showView('build');
      void openProject(item.path);
    } else if (Object.hasOwn(commands, item.command)) runCommand(item.command as CommandId);
  });
}
