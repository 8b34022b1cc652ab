import { expect, test, type Locator } from '@playwright/test';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { isFocusSeen, seriousViolations, tabTo } from '../pages/accessibility';
import { StudioApp } from '../pages/studioApp';

const run = promisify(execFile);
const threePlatforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

/** Each platform gets a tool of its own, but for arm64, which gets the one of amd64: the most common mistake. */
const dockerfile = `FROM --platform=linux/amd64 busybox AS tool-amd64
FROM --platform=linux/amd64 busybox AS tool-arm64
FROM --platform=linux/arm/v7 busybox AS tool-arm
FROM tool-\${TARGETARCH} AS tool
FROM busybox
ARG VERSION
COPY shared.txt /shared.txt
COPY --from=tool /bin/busybox /tool
ENV VERSION=$VERSION
CMD ["/tool", "true"]
`;

let project: ProjectFolder;
let config: string;
let studio: StudioApp;

test.beforeEach(async () => {
  const { host, username, password } = currentEngine().authRegistry;
  config = await mkdtemp(join(tmpdir(), 'manifold-docker-config-'));
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await writeFile(join(config, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  project = await projectFolder({ Dockerfile: dockerfile, 'shared.txt': 'the same everywhere\n' });
});
test.afterEach(async () => {
  await studio.close();
  await project.remove();
  await rm(config, { recursive: true });
});

async function push(reference: string, version: string): Promise<void> {
  await studio.view('Build').click();
  await studio.page.getByRole('textbox', { name: 'Tags' }).fill(reference);
  await studio.configuration.getByRole('textbox', { name: 'VERSION' }).fill(version);
  await studio.build.click();
  await studio.ended('Succeeded');
}

async function inspect(reference: string): Promise<void> {
  await studio.view('Images').click();
  await studio.page.getByRole('textbox', { name: 'Image reference' }).fill(reference);
  await studio.page.getByRole('button', { name: 'Inspect', exact: true }).click();
  await expect(tree().getByRole('treeitem', { name: 'linux/arm64', exact: true })).toBeVisible();
}

const tree = (): Locator => studio.page.getByRole('tree', { name: 'Manifest' });
const comparison = (): Locator => studio.page.getByRole('table', { name: 'Compare layers' });
const files = (): Locator => studio.page.getByRole('tree', { name: 'Layer files' });
const details = (): Locator => studio.page.getByRole('region', { name: 'Details' });
const tab = (name: RegExp): Locator =>
  studio.page.getByRole('tablist', { name: 'Inspector' }).getByRole('tab', { name });
/** A row of the comparison, by what its instruction says. */
const step = (text: string): Locator =>
  comparison()
    .getByRole('row')
    .filter({ has: studio.page.getByRole('rowheader', { name: text }) });

async function rawManifest(
  reference: string,
): Promise<{ manifests: { platform: { architecture: string } }[] }> {
  const { username, password } = currentEngine().authRegistry;
  const { stdout } = await run('skopeo', [
    ...['inspect', '--raw', '--tls-verify=false', '--creds', `${username}:${password}`],
    `docker://${reference}`,
  ]);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof rawManifest>>;
}

test('an image behind a login: provenance, shared layers, a binary of the wrong machine, the build before, a tag without a platform', async () => {
  test.setTimeout(180_000);
  const { page } = (studio = await StudioApp.launch({
    project: project.path,
    size: { width: 1440, height: 900 },
    env: { DOCKER_CONFIG: config },
  }));
  const { host } = currentEngine().authRegistry;
  const [before, after] = [`${host}/images/hello:1`, `${host}/images/hello:2`];
  await studio.tick(...threePlatforms);
  await studio.output('Push to registry');
  await push(before, '1.0');
  await push(after, '2.0');

  await test.step('opened with the login, every part by its name', async () => {
    await inspect(after);
    await expect(
      page.getByText(`${host}, signed in as ${currentEngine().authRegistry.username}`),
    ).toBeVisible();
    for (const platform of threePlatforms) {
      await expect(tree().getByRole('treeitem', { name: platform, exact: true })).toBeVisible();
      await expect(
        tree().getByRole('treeitem', { name: `Attestation for ${platform}`, exact: true }),
      ).toBeVisible();
    }
    await expect(tree()).not.toContainText('unknown');
  });

  await test.step('the provenance says what it was made from', async () => {
    await tree().getByRole('treeitem', { name: 'linux/arm64', exact: true }).click();
    await tab(/^Provenance/).click();
    const provenance = page.getByRole('tabpanel', { name: /Provenance/ });
    await expect(provenance).toContainText('SLSA v1');
    await expect(provenance).toContainText('pkg:docker/busybox');
    await expect(provenance).toContainText('dockerfile.v0');
  });

  await test.step('at a glance: which layers are shared, and which differ', async () => {
    await tab(/^Compare platforms/).click();
    await expect(comparison().getByRole('columnheader')).toHaveCount(4);
    await expect(step('COPY shared.txt')).toContainText('identical, stored once');
    await expect(step('COPY /bin/busybox /tool')).toContainText('amd64 and arm64 share it');
  });

  await test.step('the one binary of the wrong machine', async () => {
    await step('COPY /bin/busybox /tool').getByRole('cell').nth(1).click();
    await expect(page.getByText('amd64 binary in linux/arm64: /tool')).toBeVisible();
    await page.getByRole('button', { name: 'Show it' }).click();
    await expect(files().getByRole('treeitem', { name: 'tool', exact: true })).toBeVisible();
    await expect(details()).toContainText('sha256:');
  });

  await test.step('beside the build before: what changed is the configuration', async () => {
    await page.getByRole('button', { name: 'Compare with…' }).click();
    await page.getByRole('button', { name: /^Previous build/ }).click();
    await expect(comparison().getByRole('columnheader')).toHaveCount(7);
    await expect(step('COPY shared.txt')).toContainText('identical, stored once');
    await page.getByRole('button', { name: 'Configuration differences 1' }).click();
    await expect(page.getByRole('table', { name: 'Configuration differences' })).toContainText('2.0');
    await page.getByRole('button', { name: /^Stop comparing with/ }).click();
    await expect(comparison().getByRole('columnheader')).toHaveCount(4);
  });

  await test.step('a new tag without one platform', async () => {
    const smaller = `${host}/images/hello:no-arm`;
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Create tag or index…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create tag or index' });
    await dialog.getByRole('textbox', { name: 'Tags' }).fill(smaller);
    await dialog.getByRole('checkbox', { name: 'linux/arm/v7' }).uncheck({ force: true });
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await expect(dialog).toContainText(`${smaller} is new.`);
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(dialog).toContainText('Stored as');
    const { manifests } = await rawManifest(smaller);
    expect(manifests.map(({ platform }) => platform.architecture).sort()).toEqual([
      'amd64',
      'arm64',
      'unknown',
      'unknown',
    ]);
    await dialog.getByRole('button', { name: 'Inspect it' }).click();
    await expect(tree().getByRole('treeitem', { name: 'linux/amd64', exact: true })).toBeVisible();
    await expect(tree().getByRole('treeitem', { name: 'linux/arm/v7', exact: true })).toHaveCount(0);
  });
});

test('an archive from disk: its files on every platform, a text that differs, what there is not', async () => {
  await project.remove();
  project = await projectFolder({
    Dockerfile: 'FROM busybox\nARG TARGETARCH\nCOPY for-${TARGETARCH}.txt /who.txt\n',
    'for-amd64.txt': 'first line\nmade for amd64\n',
    'for-arm64.txt': 'first line\nmade for arm64\n',
  });
  const { page } = (studio = await StudioApp.launch({
    project: project.path,
    size: { width: 1180, height: 760 },
    env: { DOCKER_CONFIG: config },
  }));
  await studio.tick('linux/amd64', 'linux/arm64');
  await studio.output('OCI archive');
  await studio.build.click();
  await studio.ended('Succeeded');
  const archive = await page.evaluate(
    () => document.querySelector('[aria-label="Result"]')?.textContent ?? '',
  );
  const path = /\/\S+?\.tar/.exec(archive)?.[0];
  expect(path).toBeTruthy();

  await studio.view('Images').click();
  await studio.app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, path!);
  await page.getByRole('button', { name: 'Open archive' }).click();
  await step('COPY for-').getByRole('cell').nth(0).click();
  await files().getByRole('treeitem', { name: 'who.txt', exact: true }).click();
  await page.keyboard.press('Enter');
  const contents = page.getByRole('dialog', { name: '/who.txt' });
  await expect(contents).toContainText('made for amd64');
  await expect(contents).toContainText('made for arm64');
  await page.keyboard.press('Escape');
  await expect(contents).toBeHidden();

  const { host } = currentEngine().authRegistry;
  await page.getByRole('textbox', { name: 'Image reference' }).fill(`${host}/images/no-such:1`);
  await page.getByRole('button', { name: 'Inspect', exact: true }).click();
  await expect(page.getByText(/has no images\/no-such:1/)).toBeVisible();
});

test('by keys alone: an image opened, walked through, compared and copied; the focus is always somewhere and seen', async () => {
  test.setTimeout(180_000);
  const { page } = (studio = await StudioApp.launch({
    project: project.path,
    size: { width: 1180, height: 760 },
    env: { DOCKER_CONFIG: config },
  }));
  const { keyboard } = page;
  const { host } = currentEngine().authRegistry;
  const [first, second] = [`${host}/images/keys:1`, `${host}/images/other-keys:2`];
  await studio.tick(...threePlatforms);
  await studio.output('Push to registry');
  await push(first, '1.0');
  await push(second, '2.0');
  await studio.view('Images').click();
  const seen = (): Promise<void> => expect.poll(() => isFocusSeen(page)).toBe(true);
  const hasFocus = async (locator: Locator): Promise<void> => {
    await expect(locator).toBeFocused();
    await seen();
  };
  const item = (name: string): Locator => tree().getByRole('treeitem', { name, exact: true });
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });

  await test.step('opened by typing', async () => {
    await page.getByRole('textbox', { name: 'Image reference' }).focus();
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type(first);
    await keyboard.press('Enter');
    await expect(item('linux/arm64')).toBeVisible();
    await hasFocus(page.getByRole('textbox', { name: 'Image reference' }));
  });

  await test.step('the tree, the menu of a part, and the dialog that it leads to', async () => {
    await tabTo(page, '[role=treeitem]');
    await hasFocus(item('Image index'));
    await keyboard.press('ArrowDown');
    await hasFocus(item('linux/amd64'));
    await keyboard.press('Enter');
    await expect(details()).toContainText('linux/amd64');
    await keyboard.press('Shift+F10');
    await hasFocus(page.getByRole('menuitem', { name: 'Copy digest' }));
    await keyboard.press('Escape');
    await hasFocus(item('linux/amd64'));
    await keyboard.press('Shift+F10');
    await expect(page.getByRole('menuitem').first()).toBeFocused();
    await keyboard.type('Run');
    await hasFocus(page.getByRole('menuitem', { name: /^Run linux.amd64/ }));
    await keyboard.press('Enter');
    await hasFocus(page.getByRole('dialog').getByRole('textbox', { name: 'Command' }));
    await keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await hasFocus(item('linux/amd64'));
  });

  await test.step('the tabs of the inspector and of the details', async () => {
    await tabTo(page, '[role=tablist][aria-label=Inspector] [role=tab]');
    await keyboard.press('End');
    await hasFocus(tab(/^Referrers/));
    await expect(page.getByText('Nothing refers to it')).toBeVisible();
    await keyboard.press('Home');
    await hasFocus(tab(/^Compare platforms/));
  });

  await test.step('a cell of the comparison, the filter, and the files', async () => {
    await tabTo(page, '[role=table][aria-label="Compare layers"] [role=cell] button');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowRight');
    await seen();
    await keyboard.press('Enter');
    await expect(files()).toBeVisible();
    await tabTo(page, '[type=search]');
    await keyboard.type('bin');
    await seen();
    await keyboard.press('Escape');
    await tabTo(page, '[role=tree][aria-label="Layer files"]');
    await keyboard.press('End');
    await seen();
  });

  await test.step('the tabs of the details', async () => {
    await tabTo(page, '[role=tablist][aria-label=Sections] [role=tab]');
    await keyboard.press('ArrowRight');
    await hasFocus(details().getByRole('tab', { name: 'Config' }));
    await keyboard.press('End');
    await hasFocus(details().getByRole('tab', { name: 'Raw' }));
    await keyboard.press('Home');
  });

  await test.step('another repository beside it, its heads in two lines, and away again', async () => {
    await button('Compare with…').focus();
    await keyboard.press('Enter');
    const reference = page.getByRole('textbox', { name: 'Reference to compare with' });
    await hasFocus(reference);
    await keyboard.press('Escape');
    await hasFocus(button('Compare with…'));
    await keyboard.press('Enter');
    await expect(reference).toBeFocused();
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type(second);
    await keyboard.press('Enter');
    await expect(comparison().getByRole('columnheader')).toHaveCount(7);
    await hasFocus(button('Compare with…'));
    const head = page.getByTitle(`${second} linux/arm64`, { exact: true }).last();
    await expect(head).toHaveText(`${second} linux/arm64arm64other-keys:2`);
    const cut = await head.evaluate((element) =>
      [...element.querySelectorAll('[aria-hidden] > *')].map((part) => part.scrollWidth - part.clientWidth),
    );
    expect(Math.max(...cut)).toBeLessThanOrEqual(1);
    await button(`Stop comparing with ${second}`).focus();
    await keyboard.press('Enter');
    await expect(comparison().getByRole('columnheader')).toHaveCount(4);
    await seen();
  });

  await test.step('which columns are shown', async () => {
    await button('Columns 3 of 3').focus();
    await keyboard.press('Enter');
    await seen();
    await keyboard.press('Escape');
    await hasFocus(button('Columns 3 of 3'));
  });

  await test.step('a tag previewed and made, a copy, nothing deleted', async () => {
    const open = async (name: RegExp): Promise<void> => {
      await button('Actions').focus();
      await keyboard.press('Enter');
      await expect(page.getByRole('menuitem').first()).toBeFocused();
      await keyboard.type((/^\w+/.exec(name.source.replace('^', '')) ?? [''])[0]);
      await hasFocus(page.getByRole('menuitem', { name }));
      await keyboard.press('Enter');
    };
    const dialog = page.getByRole('dialog');
    await open(/^Create/);
    await hasFocus(dialog.getByRole('textbox', { name: 'Tags' }));
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type(`${host}/images/keys:made`);
    const append = dialog.getByRole('checkbox', { name: 'Append to what the first tag has' });
    const hint = dialog.getByText('Platforms that are in both come from the images above.');
    const [box, text] = [
      await append.locator('xpath=ancestor::label').boundingBox(),
      await hint.boundingBox(),
    ];
    expect(text!.y - (box!.y + box!.height)).toBeLessThanOrEqual(4);
    await dialog.getByRole('button', { name: 'Preview' }).focus();
    await keyboard.press('Enter');
    await expect(dialog).toContainText('is new.');
    // There was nothing, so nothing is shown as taken away.
    await expect(dialog.locator('.monaco-diff-editor')).toHaveCount(0);
    await expect(dialog.locator('.monaco-editor').first()).toContainText('schemaVersion');
    await hasFocus(dialog.getByRole('button', { name: 'Create' }));
    await keyboard.press('Enter');
    await expect(dialog).toContainText('Stored as');
    await hasFocus(dialog.getByRole('button', { name: 'Inspect it' }));
    await keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await hasFocus(button('Actions'));

    await open(/^Copy/);
    await hasFocus(dialog.getByRole('textbox', { name: 'Target reference' }));
    await keyboard.type(`${host}/images/keys:copied`);
    await dialog.getByRole('button', { name: 'Copy', exact: true }).focus();
    await keyboard.press('Enter');
    await expect(dialog).toContainText('Stored as');
    await hasFocus(dialog.getByRole('button', { name: 'Inspect it' }));
    await keyboard.press('Escape');
    await hasFocus(button('Actions'));

    await open(/^Delete/);
    await hasFocus(page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }));
    await keyboard.press('Escape');
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await hasFocus(button('Actions'));
  });

  await test.step('what can’t be opened is tried again, with the focus kept', async () => {
    await page.getByRole('textbox', { name: 'Image reference' }).fill(`${host}/images/no-such:1`);
    await keyboard.press('Enter');
    await button('Try again').focus();
    await keyboard.press('Enter');
    await expect(page.getByText(/has no images\/no-such:1/)).toBeVisible();
    await seen();
  });
});

test('axe finds nothing serious in the panels and the dialogs, in both themes', async () => {
  test.setTimeout(180_000);
  const { page } = (studio = await StudioApp.launch({
    project: project.path,
    size: { width: 1180, height: 760 },
    env: { DOCKER_CONFIG: config },
  }));
  const { host } = currentEngine().authRegistry;
  const [first, second] = [`${host}/images/seen:1`, `${host}/images/other-seen:2`];
  await studio.tick(...threePlatforms);
  await studio.output('Push to registry');
  await push(first, '1.0');
  await push(second, '2.0');
  await inspect(first);
  const isFine = async (name: string): Promise<void> => {
    // React Aria reads out that a button waits by its id, and keeps that for seven seconds, also when the button is gone.
    await expect(page.locator('[data-live-announcer] [role=img]')).toHaveCount(0);
    for (const theme of ['light', 'dark'] as const) {
      await studio.theme(theme);
      // Colours fade over.
      await page.waitForTimeout(300);
      await page.screenshot({ path: `test-results/screens/images-${name}-${theme}-1180.png` });
      expect(await seriousViolations(page), `${name}, ${theme}`).toEqual([]);
    }
  };
  await step('COPY /bin/busybox /tool').getByRole('cell').nth(1).click();
  await expect(files().getByRole('treeitem', { name: 'tool', exact: true })).toBeVisible();
  await isFine('layer-files');
  for (const [name, text] of [
    ['History', 'COPY'],
    ['SBOM', 'No SBOM'],
    ['Provenance', 'SLSA v1'],
    ['Referrers', 'refers to it'],
  ] as const) {
    await tab(new RegExp(`^${name}`)).click();
    await expect(page.getByRole('tabpanel', { name: new RegExp(`^${name}`) }).first()).toContainText(text);
    await isFine(name.toLowerCase());
  }
  await tab(/^Compare platforms/).click();
  await files().focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: '/tool' })).toBeVisible();
  await isFine('file');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Compare with…' }).click();
  await isFine('compare-dialog');
  await page.getByRole('textbox', { name: 'Reference to compare with' }).fill(second);
  await page.keyboard.press('Enter');
  await expect(comparison().getByRole('columnheader')).toHaveCount(7);
  await isFine('two-images');
  await page.getByRole('button', { name: 'Columns 6 of 6' }).click();
  await isFine('columns');
  await page.keyboard.press('Escape');
  for (const [name, role] of [
    ['Create tag or index…', 'dialog'],
    ['Copy…', 'dialog'],
    ['Run once…', 'dialog'],
    ['Delete tag…', 'alertdialog'],
  ] as const) {
    await page.getByRole('button', { name: 'Actions' }).click();
    if (role === 'alertdialog') await isFine('actions');
    await page.getByRole('menuitem', { name }).click();
    const dialog = page.getByRole(role);
    await expect(dialog).toBeVisible();
    await isFine(name.slice(0, name.search(/\W/)).toLowerCase());
    if (name.startsWith('Create')) {
      await dialog.getByRole('checkbox', { name: 'linux/arm/v7' }).uncheck({ force: true });
      await dialog.getByRole('button', { name: 'Preview' }).click();
      await expect(dialog.locator('.monaco-diff-editor')).toBeVisible();
      await isFine('create-preview');
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }
  await page.getByRole('textbox', { name: 'Image reference' }).fill(`${host}/images/no-such:1`);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/has no images\/no-such:1/)).toBeVisible();
  await isFine('not-opened');
});

test('a registry that wants a login nobody has given: which one, and the command, in Chinese too', async () => {
  await writeFile(join(config, 'config.json'), '{}');
  studio = await StudioApp.launch({
    project: project.path,
    locale: 'zh-CN',
    env: { DOCKER_CONFIG: config },
  });
  const { page } = studio;
  const { host } = currentEngine().authRegistry;
  await page.getByRole('tablist', { name: '视图' }).getByRole('tab').nth(1).click();
  await page.getByRole('textbox').first().fill(`${host}/images/hello:1`);
  await page.keyboard.press('Enter');
  const note = page.getByRole('alert').filter({ hasText: '镜像仓库拒绝访问' });
  await expect(note).toContainText(`镜像仓库 ${host} 拒绝访问。`);
  await expect(note).toContainText(`请用 docker login ${host} 登录`);
});
