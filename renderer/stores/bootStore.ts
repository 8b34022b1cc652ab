import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { defaultSettings } from '../../shared/contract';
import type { Boot, Layout, Settings, StudioErrorData } from '../../shared/contract';
import { errorData, reportDefect, studio } from '../app/studio';
import { DelayedWrite } from './delayedWrite';

export interface BootState {
  boot: Boot;
  settings: Settings;
  layout: Layout;
  /** Why the last change of the settings could not be kept. */
  settingsError?: StudioErrorData;
}

const unknownBoot: Boot = {
  version: '',
  os: 'linux',
  systemLocale: 'en',
  settings: defaultSettings,
  layout: {},
  outputFolder: '',
};

export const bootStore = createStore<BootState>()(() => ({
  boot: unknownBoot,
  settings: unknownBoot.settings,
  layout: unknownBoot.layout,
}));

export function useBoot<T>(select: (state: BootState) => T): T {
  return useStore(bootStore, select);
}

/** Takes over what 'app.boot' answered. */
export function initBoot(boot: Boot): void {
  bootStore.setState({ boot, settings: boot.settings, layout: boot.layout }, true);
}

/** Applies the patch at once and keeps it; when the core refuses, the old settings come back with `settingsError`. */
export async function updateSettings(patch: Partial<Settings>): Promise<void> {
  const before = bootStore.getState().settings;
  bootStore.setState({ settings: { ...before, ...patch } });
  try {
    const settings = await studio().call('settings.update', patch);
    const { settingsError: _gone, ...state } = bootStore.getState();
    bootStore.setState({ ...state, settings }, true);
  } catch (error) {
    bootStore.setState({ settings: before, settingsError: errorData(error) });
  }
}

const layoutWrite = new DelayedWrite<Layout>(300, (layout) => {
  studio().call('layout.update', layout).catch(reportDefect);
});

/** Keeps the size of a split, the state of a fold and the like over restarts. */
export function rememberLayout(key: string, value: Layout[string]): void {
  const layout = { ...bootStore.getState().layout, [key]: value };
  bootStore.setState({ layout });
  layoutWrite.schedule(layout);
}
