import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator } from '@playwright/test';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBuildkitd, type Buildkitd } from '../engine/buildkitd';
import { createSelfSigned } from '../engine/certificates';
import { registriesOf } from '../engine/engine';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

/** A builder's file in buildx's store, as far as the tests look at it. */
interface StoredBuilder {
  Nodes: { Name: string; Endpoint: string; Platforms: unknown[] | null }[];
}

let project: ProjectFolder;
let studio: StudioApp;

test.beforeEach(async () => {
  project = await projectFolder({ Dockerfile: 'FROM busybox\nRUN echo on the builder\n' });
});
test.afterEach(async () => {
  await studio.close();
  await project.remove();
});

test.describe('remote over TCP with mutual TLS', () => {
  let daemon: Buildkitd;
  let stranger: { folder: string; cert: string; key: string };
  test.beforeAll(async () => {
    daemon = await startBuildkitd({ ...registriesOf(currentEngine()), tcp: 'mutual-tls' });
    const folder = await mkdtemp(join(tmpdir(), 'manifold-stranger-'));
    stranger = { folder, ...(await createSelfSigned(folder, 'stranger', 'Nobody the daemon knows')) };
  });
  test.afterAll(async () => {
    await daemon.stop();
    await rm(stranger.folder, { recursive: true, force: true });
  });

  test('described, tested, refused with the wrong certificate, created, used, removed', async () => {
    studio = await StudioApp.launch({ project: project.path });
    const { page } = studio;
    const { certificates } = daemon;
    if (certificates === undefined) throw new Error('the daemon has no certificates');
    await page.getByRole('button', { name: 'New builder' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New builder' });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('distant');
    await dialog
      .getByRole('radiogroup', { name: 'Driver' })
      .getByRole('radio', { name: 'remote' })
      .check({ force: true });
    const field = (name: string) => dialog.getByRole('textbox', { name, exact: true });
    const tested = dialog.getByText(/It answers: BuildKit v?\d/);

    await dialog.getByRole('button', { name: 'Test connection' }).click();
    await expect(dialog).toContainText('Fill this in.');
    await field('Address').fill(daemon.address);
    await field('CA certificate').fill(certificates.ca);
    await field('Client certificate').fill(stranger.cert);
    await field('Client key').fill(stranger.key);
    await dialog.getByRole('button', { name: 'Test connection' }).click();
    await expect(dialog.getByRole('alert')).toContainText(/certificate/i);
    await expect(tested).toBeHidden();

    await field('CA certificate').fill(stranger.cert);
    await field('Client certificate').fill(certificates.client.cert);
    await field('Client key').fill(certificates.client.key);
    await dialog.getByRole('button', { name: 'Test connection' }).click();
    await expect(dialog.getByRole('alert')).toContainText(/certificate|verify|signed/i);

    await studio.app.evaluate(({ dialog: native }, path) => {
      native.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    }, certificates.ca);
    await dialog.getByRole('button', { name: 'Choose: CA certificate' }).click();
    await expect(field('CA certificate')).toHaveValue(certificates.ca);
    await dialog.getByRole('button', { name: 'Test connection' }).click();
    await expect(tested).toBeVisible();
    await expect(tested).toContainText('linux/amd64');
    await dialog.getByRole('button', { name: 'Create builder' }).click();
    await expect(dialog).toBeHidden();

    await studio.view('Builders').click();
    await page
      .getByRole('list', { name: 'Builders' })
      .getByRole('button', { name: /^distant/ })
      .click();
    const detail = page.getByRole('region', { name: 'Builder distant' });
    await expect(detail.getByRole('status').first()).toContainText('remote, running');
    await expect(detail.getByRole('table', { name: 'Nodes' })).toContainText(daemon.address);
    await detail.getByRole('button', { name: 'Use' }).click();
    await page.getByRole('menuitem', { name: /Use as default/ }).click();
    await expect(detail.getByRole('status').first()).toContainText('default');

    await studio.view('Build').click();
    await page.getByRole('combobox', { name: 'Builder' }).click();
    await page.getByRole('option', { name: /^distant/ }).click();
    await studio.tick('linux/amd64');
    await studio.build.click();
    await studio.ended('Succeeded');
    await expect(await studio.showLog('linux/amd64')).toContainText('on the builder');

    await studio.view('Builders').click();
    await detail.getByRole('button', { name: 'Remove' }).click();
    const question = page.getByRole('alertdialog', { name: 'Remove distant?' });
    await expect(question).toContainText('goes on where it runs');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await expect(detail).toBeVisible();
    await detail.getByRole('button', { name: 'Remove' }).click();
    await question.getByRole('button', { name: 'Remove' }).click();
    await expect(detail).toBeHidden();
    await expect(page.getByRole('list', { name: 'Builders' })).not.toContainText('distant');
  });
});

test.describe('a builder of two nodes', () => {
  let first: Buildkitd;
  let second: Buildkitd;
  test.beforeAll(async () => {
    [first, second] = await Promise.all([
      startBuildkitd(registriesOf(currentEngine())),
      startBuildkitd(registriesOf(currentEngine())),
    ]);
  });
  test.afterAll(async () => {
    await Promise.all([first.stop(), second.stop()]);
  });

  test('made from the sheet, given platforms, mapped, used, taken apart and removed', async () => {
    studio = await StudioApp.launch({ project: project.path });
    const { page, userData } = studio;
    const stored = async (): Promise<StoredBuilder> =>
      JSON.parse(await readFile(join(userData, 'buildx', 'instances', 'pair'), 'utf8')) as StoredBuilder;

    await page.getByRole('button', { name: 'New builder' }).first().click();
    let dialog = page.getByRole('dialog', { name: 'New builder' });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('pair');
    await dialog.getByRole('radio', { name: 'remote' }).check({ force: true });
    await dialog.getByRole('button', { name: 'Advanced' }).click();
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Address' }).fill('unix:///no/such.sock');
    await dialog.getByRole('button', { name: 'Test connection' }).click();
    await expect(dialog.getByRole('alert')).toContainText('/no/such.sock');
    await dialog.getByRole('textbox', { name: 'Address' }).fill(first.address);
    await expect(dialog.getByRole('textbox', { name: 'Create command' })).toHaveValue(
      ['docker buildx create', '--name pair', '--driver remote', first.address].join(' \\\n  '),
    );
    await dialog.getByRole('button', { name: 'Copy create command' }).click();
    expect(await studio.app.evaluate(({ clipboard }) => clipboard.readText())).toContain(first.address);
    await dialog.getByRole('button', { name: 'Create builder' }).click();
    await expect(dialog).toBeHidden();

    const detail = page.getByRole('region', { name: 'Builder pair' });
    const nodes = detail.getByRole('table', { name: 'Nodes' });
    await expect(nodes).toContainText('running');
    await detail.getByRole('button', { name: 'Add node' }).click();
    dialog = page.getByRole('dialog', { name: 'Add node to pair' });
    await dialog.getByRole('textbox', { name: 'Address' }).fill(first.address);
    await dialog.getByRole('button', { name: 'Add node' }).click();
    await expect(dialog).toContainText(`The node pair0 is at ${first.address} already.`);
    await dialog.getByRole('textbox', { name: 'Address' }).fill(second.address);
    const typed = dialog.getByRole('combobox', { name: 'Platforms' });
    await typed.fill('linux/nothing/at/all');
    await typed.press('Enter');
    await expect(dialog).toContainText('too many parts');
    await typed.fill('aarch64');
    await typed.press('Enter');
    await expect(dialog.getByRole('textbox', { name: 'Create command' })).toHaveValue(
      /--append[^]*--platform linux\/arm64/,
    );
    await dialog.getByRole('button', { name: 'Add node' }).click();
    await expect(dialog).toBeHidden();
    await expect(nodes.getByRole('row')).toHaveCount(3);
    await expect(nodes.getByRole('row').nth(2)).toContainText(second.address);
    expect(
      (await stored()).Nodes.map(({ Name, Endpoint, Platforms }) => ({ Name, Endpoint, Platforms })),
    ).toEqual([
      { Name: 'pair0', Endpoint: first.address, Platforms: null },
      { Name: 'pair1', Endpoint: second.address, Platforms: [{ architecture: 'arm64', os: 'linux' }] },
    ]);

    const map = detail.getByRole('table', { name: 'Platform map' });
    const way = (platform: string): Locator =>
      map.getByRole('row').filter({ has: page.getByRole('cell', { name: platform, exact: true }) });
    await expect(way('amd64')).toHaveText(/pair0.*runs it natively/);
    await expect(way('arm64')).toHaveText(/pair1.*fixed to it/);

    await nodes.getByRole('button', { name: 'Menu of node pair0' }).click();
    await page.getByRole('menuitem', { name: 'Fix platforms…' }).click();
    const fixing = page.getByRole('dialog', { name: 'Fix platforms of pair0' });
    for (const platform of ['linux/arm/v7', 'linux/arm64']) {
      await fixing.getByRole('combobox', { name: 'Fixed platforms' }).fill(platform);
      await fixing.getByRole('combobox', { name: 'Fixed platforms' }).press('Enter');
    }
    await expect(fixing).toContainText('linux/arm64 leaves pair1');
    await fixing.getByRole('button', { name: 'Save' }).click();
    await expect(fixing).toBeHidden();
    await expect(way('arm/v7')).toHaveText(/pair0.*fixed to it/);
    await expect(way('arm64')).toHaveText(/pair0.*fixed to it/);
    expect((await stored()).Nodes[0]?.Platforms).toHaveLength(2);

    await detail.getByRole('button', { name: 'Use' }).click();
    await page.getByRole('menuitem', { name: /^Use for / }).click();
    await expect(page.getByRole('combobox', { name: 'Builder' })).toContainText('pair');

    await nodes.getByRole('button', { name: 'Menu of node pair1' }).click();
    await page.getByRole('menuitem', { name: /^Remove node/ }).click();
    const question = page.getByRole('alertdialog', { name: 'Remove pair1 from pair?' });
    await expect(question).toContainText('goes on where it runs');
    await question.getByRole('button', { name: 'Remove node' }).click();
    await expect(nodes.getByRole('row')).toHaveCount(2);
    await nodes.getByRole('button', { name: 'Menu of node pair0' }).click();
    await expect(page.getByRole('menuitem', { name: /^Remove node/ })).toBeDisabled();
    await page.keyboard.press('Escape');

    await studio.view('Build').click();
    const tree = page.getByRole('tree', { name: 'Builders' });
    await expect(tree.getByRole('treeitem', { name: 'pair', exact: true })).toHaveAccessibleDescription(
      /remote/,
    );
    await tree.getByRole('treeitem', { name: 'pair', exact: true }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    await page
      .getByRole('alertdialog', { name: 'Remove pair?' })
      .getByRole('button', { name: 'Remove' })
      .click();
    await expect(tree.getByRole('treeitem', { name: 'pair', exact: true })).toBeHidden();
    await expect(stored()).rejects.toThrow('ENOENT');
  });
});

test.describe('ten builders that never answer', () => {
  let userData: string;
  const silent = createServer();
  test.beforeAll(async () => {
    userData = await mkdtemp(join(tmpdir(), 'manifold-dead-'));
    const socket = join(userData, 'silent.sock');
    await new Promise<void>((resolve) => silent.listen(socket, resolve));
    const instances = join(userData, 'buildx', 'instances');
    await mkdir(instances, { recursive: true });
    for (let number = 0; number < 10; number++) {
      const name = `dead-${number}`;
      const node = { Name: `${name}0`, Endpoint: `unix://${socket}`, Platforms: null, DriverOpts: {} };
      const instance = { Name: name, Driver: 'remote', Nodes: [{ ...node, Flags: null, Files: null }] };
      await writeFile(join(instances, name), JSON.stringify({ ...instance, Dynamic: false }));
    }
  });
  test.afterAll(async () => {
    silent.close();
    await rm(userData, { recursive: true, force: true });
  });

  test('hold up nobody, and say so when their time is over', async () => {
    studio = await StudioApp.launch({ project: project.path, userData });
    const tree = studio.page.getByRole('tree', { name: 'Builders' });
    const item = (name: string): Locator => tree.getByRole('treeitem', { name, exact: true });
    await expect(item('node0').first()).toHaveAccessibleDescription(/amd64/, { timeout: 4000 });
    await expect(item('dead-9')).toHaveAccessibleDescription(/starting/, { timeout: 1000 });
    await expect(item('dead-9')).toHaveAccessibleDescription(/did not answer within 5 seconds/);
    await expect(tree.getByRole('button', { name: 'Retry' })).toHaveCount(10);
  });
});

test("Manifold's own builder starts and stops, and a build starts it by itself", async () => {
  studio = await StudioApp.launch({ project: project.path, builder: 'local' });
  const { page } = studio;
  await studio.view('Builders').click();
  const detail = page.getByRole('region', { name: 'Builder local' });
  const state = detail.getByRole('status').first();
  await expect(state).toContainText('local, stopped');
  await detail.getByRole('button', { name: 'Start' }).click();
  await expect(state).toContainText('local, running', { timeout: 30_000 });
  await expect(detail.getByRole('table', { name: 'Nodes' })).toContainText('amd64');
  await detail.getByRole('button', { name: 'Stop' }).click();
  await expect(state).toContainText('local, stopped');
  await expect(detail.getByRole('button', { name: 'Stop' })).toBeHidden();

  await studio.view('Build').click();
  await studio.type('FROM scratch\nCOPY Dockerfile /\n');
  await studio.build.click();
  await studio.ended('Succeeded');
  await studio.view('Builders').click();
  await expect(state).toContainText('local, running');
});
