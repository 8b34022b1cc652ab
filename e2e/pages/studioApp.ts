import { _electron, expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentEngine } from '../engine/globalSetup';

export interface StudioOptions {
  /** Opened by argument. */
  project?: string;
  /** A data folder to start again on; a new one, removed on close, unless given. */
  userData?: string;
  /** `engine`: the builder is the test run's daemon; `local`: Manifold starts its own. */
  builder?: 'engine' | 'local';
  /** Another daemon's address, in place of the engine's. */
  buildkitHost?: string;
  env?: Record<string, string>;
  size?: { width: number; height: number };
  locale?: string;
}

/** The real app in its own data folder, and the places a test looks at. */
export class StudioApp {
  private constructor(
    readonly app: ElectronApplication,
    readonly page: Page,
    readonly userData: string,
    private readonly temporary: boolean,
  ) {}

  static async launch(options: StudioOptions = {}): Promise<StudioApp> {
    const engine = currentEngine();
    const userData = options.userData ?? (await mkdtemp(join(tmpdir(), 'manifold-e2e-')));
    const {
      BUILDKIT_HOST: _host,
      BUILDX_BUILDER: _builder,
      ...inherited
    } = process.env as Record<string, string>;
    const app = await _electron.launch({
      args: [
        '.',
        `--user-data-dir=${userData}`,
        `--lang=${options.locale ?? 'en-US'}`,
        ...(options.project === undefined ? [] : [options.project]),
      ],
      env: {
        ...inherited,
        MANIFOLD_BUILDKITD: engine.binaries.buildkitd,
        // Never the user's own builders.
        BUILDX_CONFIG: join(userData, 'buildx'),
        ...(options.builder === 'local'
          ? {}
          : { BUILDKIT_HOST: options.buildkitHost ?? engine.buildkit.address }),
        ...options.env,
      },
    });
    const page = await app.firstWindow();
    const studio = new StudioApp(app, page, userData, options.userData === undefined);
    if (options.size !== undefined) await studio.resize(options.size);
    await expect(
      page.getByRole('tablist', { name: 'Views' }).or(page.getByRole('tablist', { name: '视图' })),
    ).toBeVisible();
    return studio;
  }

  /** Closes the app as a person does; `keep` leaves the data folder for the next start. */
  async close({ keep = false } = {}): Promise<void> {
    // A build that still runs would ask; nobody could answer.
    await this.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
    });
    await this.app.close();
    if (!keep && this.temporary) await rm(this.userData, { recursive: true, force: true });
  }

  async resize({ width, height }: { width: number; height: number }): Promise<void> {
    await this.app.evaluate(
      ({ BrowserWindow }, size) => {
        BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height);
      },
      { width, height },
    );
    await this.page.waitForFunction((wanted) => Math.abs(window.innerWidth - wanted) <= 2, width);
  }

  /** What the system prefers, as the page sees it. */
  theme(theme: 'light' | 'dark'): Promise<void> {
    return this.page.emulateMedia({ colorScheme: theme });
  }

  view(name: 'Build' | 'Images' | 'History' | 'Builders' | 'Settings'): Locator {
    return this.page.getByRole('tablist', { name: 'Views' }).getByRole('tab', { name, exact: true });
  }

  get build(): Locator {
    return this.page.getByRole('button', { name: 'Build', exact: true });
  }
  get cancel(): Locator {
    return this.page.getByRole('button', { name: 'Cancel build' });
  }
  get status(): Locator {
    return this.page.getByRole('status', { name: 'Build status' });
  }
  get editor(): Locator {
    return this.page.getByRole('region', { name: 'Dockerfile editor' });
  }
  get configuration(): Locator {
    return this.page.getByRole('region', { name: 'Build configuration' });
  }
  get run(): Locator {
    return this.page.getByRole('region', { name: 'Run', exact: true });
  }
  get result(): Locator {
    return this.page.getByRole('region', { name: 'Result' });
  }
  get lanes(): Locator {
    return this.page.getByRole('list', { name: 'Lanes' }).getByRole('listitem');
  }
  platform(name: string): Locator {
    return this.page.getByRole('group', { name: 'Platforms' }).getByRole('checkbox', { name, exact: true });
  }
  /** Shows the log of a platform, or of `All`. */
  async showLog(name: string): Promise<Locator> {
    await this.page.getByRole('tablist', { name: 'Logs' }).getByRole('tab', { name, exact: true }).click();
    return this.page.getByRole('region', { name: `Log ${name}`, exact: true });
  }

  /** Makes exactly these platforms ticked. */
  async tick(...platforms: string[]): Promise<void> {
    const group = this.page.getByRole('group', { name: 'Platforms' });
    await expect(group.getByRole('checkbox').first()).toBeVisible();
    for (const box of await group.getByRole('checkbox').all()) {
      const name =
        (await box.getAttribute('aria-label')) ??
        (await box.evaluate((input) => (input.closest('label')?.textContent ?? '').trim()));
      if ((await box.isChecked()) && !platforms.some((platform) => name.includes(platform)))
        await box.uncheck({ force: true });
    }
    for (const platform of platforms) await this.platform(platform).check({ force: true });
  }

  /** Replaces the text in the editor by typing, as a person would paste it. */
  async type(text: string): Promise<void> {
    await this.editor.locator('.monaco-editor').first().click();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(text);
  }

  /** Waits for the build's end and checks how it ended. */
  async ended(how: 'Succeeded' | 'Failed' | 'Cancelled', timeout = 90_000): Promise<void> {
    await expect(this.status).toHaveText(/^(Succeeded|Failed|Cancelled)/, { timeout });
    await expect(this.status).toHaveText(new RegExp(`^${how}`));
  }

  async output(name: string): Promise<void> {
    await this.page
      .getByRole('group', { name: 'Outputs' })
      .getByRole('radio', { name, exact: true })
      .check({ force: true });
  }
}
