import { join } from 'node:path';
import {
  defaultSettings,
  layoutSchema,
  settingsSchema,
  type Layout,
  type Settings,
} from '../../shared/contract';
import { JsonFile, type CorruptFileReport } from '../system/jsonFile';

/** The user's settings and the page's layout, kept in `settings.json` and `layout.json`. */
export class SettingsStore {
  private readonly settings: JsonFile<Settings>;
  private readonly layout: JsonFile<Layout>;

  constructor(folder: string, onCorrupt: CorruptFileReport) {
    // Settings of an older version lack what came later: its defaults fill in.
    const withDefaults = settingsSchema.partial().transform((stored): Settings => {
      const known = Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== undefined));
      return { ...defaultSettings, ...known };
    });
    this.settings = new JsonFile<Settings>(
      join(folder, 'settings.json'),
      withDefaults,
      defaultSettings,
      onCorrupt,
    );
    this.layout = new JsonFile<Layout>(join(folder, 'layout.json'), layoutSchema, {}, onCorrupt);
  }

  read(): Promise<Settings> {
    return this.settings.read();
  }

  update(patch: { [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    return this.settings.update((settings) => ({ ...settings, ...given }));
  }

  readLayout(): Promise<Layout> {
    return this.layout.read();
  }

  async updateLayout(patch: Layout): Promise<void> {
    await this.layout.update((layout) => ({ ...layout, ...patch }));
  }

  async settled(): Promise<void> {
    await Promise.all([this.settings.settled(), this.layout.settled()]);
  }
}
