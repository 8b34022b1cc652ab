import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { rememberLayout, bootStore } from './bootStore';

export const views = ['build', 'images', 'history', 'builders', 'settings'] as const;
export type View = (typeof views)[number];
export type Panel = 'run' | 'problems' | 'command';

export interface UiState {
  view: View;
  sidebarOpen: boolean;
  /** The sidebar as an overlay in a narrow window; never remembered. */
  sidebarOverlay: boolean;
  inspectorOpen: boolean;
  runOpen: boolean;
  /** Which tab of the tablist "Panels" is shown. */
  panel: Panel;
  paletteOpen: boolean;
  newBuilderOpen: boolean;
  /** 1-based, of the editor; shown in the status bar. */
  cursor: { line: number; column: number };
  /** Asks the editor to show a line; `at` changes with every request, so the same line can be asked for twice. */
  reveal?: { line: number; at: number };
  /** Asks the logs to show these steps' lines; `at` changes with every request. */
  logSteps?: { ids: readonly string[]; at: number };
  /** Asks the log pane to focus its search; counts up. */
  findInLogs: number;
  /** The build that the view Images shows. */
  inspected?: { buildId: string };
  /** The build that the view History shows. */
  historyId?: string;
  /** The builder that the view Builders shows. */
  shownBuilder?: string;
}

export const uiStore = createStore<UiState>()(() => ({
  view: 'build',
  sidebarOpen: true,
  sidebarOverlay: false,
  inspectorOpen: true,
  runOpen: true,
  panel: 'run',
  paletteOpen: false,
  newBuilderOpen: false,
  cursor: { line: 1, column: 1 },
  findInLogs: 0,
}));

export function useUi<T>(select: (state: UiState) => T): T {
  return useStore(uiStore, select);
}

/** Takes over what was remembered from the last run. */
export function initUi(): void {
  const { layout } = bootStore.getState();
  const flag = (key: string): boolean => layout[key] !== false;
  const view = views.find((name) => name === layout['view']) ?? 'build';
  uiStore.setState({
    view,
    sidebarOpen: flag('sidebarOpen'),
    inspectorOpen: flag('inspectorOpen'),
    runOpen: flag('runOpen'),
  });
}

export function showView(view: View): void {
  uiStore.setState({ view, sidebarOverlay: false });
  rememberLayout('view', view);
}

/** Opens or folds a part of the Build view, and remembers it. */
export function setPartOpen(part: 'sidebarOpen' | 'inspectorOpen' | 'runOpen', open: boolean): void {
  uiStore.setState({ [part]: open });
  rememberLayout(part, open);
}

export function setSidebarOverlay(open: boolean): void {
  uiStore.setState({ sidebarOverlay: open });
}

/** Shows a tab of the run panel, unfolding it. */
export function showPanel(panel: Panel): void {
  uiStore.setState({ panel });
  if (!uiStore.getState().runOpen) setPartOpen('runOpen', true);
}

export function setPaletteOpen(open: boolean): void {
  uiStore.setState({ paletteOpen: open });
}

export function setNewBuilderOpen(open: boolean): void {
  uiStore.setState({ newBuilderOpen: open });
}

export function setCursor(cursor: UiState['cursor']): void {
  uiStore.setState({ cursor });
}

let reveals = 0;
/** Shows a line of the Dockerfile (1-based) in the editor. */
export function revealLine(line: number): void {
  uiStore.setState({ reveal: { line, at: ++reveals } });
  showView('build');
}

/** Shows where the logs of the shown build have the lines of these steps. */
export function showStepsInLogs(ids: readonly string[]): void {
  showPanel('run');
  showView('build');
  uiStore.setState({ logSteps: { ids, at: ++reveals } });
}

/** Puts the focus into "Search logs". */
export function findInLogs(): void {
  showPanel('run');
  showView('build');
  uiStore.setState((state) => ({ findInLogs: state.findInLogs + 1 }));
}

/** Shows a build's image in the view Images. */
export function inspectImage(buildId: string): void {
  uiStore.setState({ inspected: { buildId } });
  showView('images');
}

/** Shows a build in the view History. */
export function selectInHistory(historyId: string): void {
  uiStore.setState({ historyId });
}

/** Shows a builder in the view Builders. */
export function showBuilder(name: string): void {
  uiStore.setState({ shownBuilder: name });
  showView('builders');
}
