import { expect, test, type Locator, type Page } from '@playwright/test';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureBinaries } from '../engine/binaries';
import { startBuildkitd, type Buildkitd } from '../engine/buildkitd';
import { startDockerEngine, type DockerEngine } from '../engine/dockerEngine';
import { registriesOf } from '../engine/engine';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder, threePlatforms, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

const run = promisify(execFile);
let docker: DockerEngine;
let arm: Buildkitd;
let buildx: string;
let project: ProjectFolder;
let studio: StudioApp;

test.beforeAll(async () => {
  // Engine and buildx are installed and compiled on first use.
  test.setTimeout(900_000);
  const registries = registriesOf(currentEngine());
  buildx = (await ensureBinaries({ buildx: true })).buildx!;
  docker = await startDockerEngine({ version: 'current', containerdStore: true, ...registries });
  arm = await startBuildkitd({ ...registries, platforms: ['linux/arm64'] });
});
test.afterAll(async () => {
  await Promise.all([docker.stop(), arm.stop()]);
});
test.beforeEach(async () => {
  project = await projectFolder({
    Dockerfile: [
      'FROM busybox',
      'RUN head -c 4000000 /dev/urandom > /four && uname -m',
      'RUN head -c 2000000 /dev/urandom > /two',
      '',
    ].join('\n'),
  });
});
test.afterEach(async () => {
  await studio.close();
  await project.remove();
});

const launch = async (): Promise<Page> => {
  studio = await StudioApp.launch({ project: project.path, env: { DOCKER_HOST: docker.host } });
  return studio.page;
};

/** What the real buildx says, on the same store and engine. */
async function byBuildx(...args: string[]): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, BUILDX_CONFIG: join(studio.userData, 'buildx'), DOCKER_HOST: docker.host };
  return (await run(buildx, args, { env })).stdout;
}

function detailOf(page: Page, name: string): Locator {
  return page.getByRole('region', { name: `Builder ${name}` });
}

async function describeBuilder(page: Page, name: string, driver: string): Promise<Locator> {
  await page.getByRole('button', { name: 'New builder' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'New builder' });
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await sheet
    .getByRole('radiogroup', { name: 'Driver' })
    .getByRole('radio', { name: driver, exact: true })
    .check({ force: true });
  return sheet;
}

async function buildOn(page: Page, builder: string): Promise<void> {
  await studio.view('Build').click();
  await page.getByRole('combobox', { name: 'Builder' }).click();
  await page.getByRole('option', { name: new RegExp(`^${builder}\\b`) }).click();
}

test('a builder in a container: made, seen by buildx, built with, stopped and removed, all by clicks', async () => {
  test.setTimeout(300_000);
  const page = await launch();
  const { registry } = currentEngine();
  const sheet = await describeBuilder(page, 'workshop', 'docker-container');
  await sheet.getByRole('textbox', { name: 'Network' }).fill('host');
  await sheet.getByRole('button', { name: 'Advanced' }).click();
  const config = sheet.getByRole('textbox', { name: 'buildkitd.toml' });
  await config.focus();
  await page.keyboard.insertText(
    `[registry."docker.io"]\nmirrors = ["${registry.host}"]\n[registry."${registry.host}"]\nhttp = true\n`,
  );
  await expect(sheet.getByRole('textbox', { name: 'Create command' })).toHaveValue(
    /docker buildx create[^]*--name workshop[^]*--driver docker-container[^]*network=host/,
  );
  await sheet.getByRole('button', { name: 'Create builder' }).click();
  await expect(sheet).toBeHidden();

  const detail = detailOf(page, 'workshop');
  const state = detail.getByRole('status').first();
  await expect(state).toContainText('docker-container, running', { timeout: 120_000 });
  const listed = await byBuildx('ls');
  expect(listed).toMatch(/^workshop\*?\s+docker-container/m);
  expect(listed).toMatch(/workshop0.*running/);

  await buildOn(page, 'workshop');
  await studio.tick('linux/amd64', 'linux/arm64');
  await studio.build.click();
  await studio.ended('Succeeded', 180_000);
  await expect(studio.result).toContainText('linux/arm64');

  await studio.view('Builders').click();
  await detail.getByRole('button', { name: 'Stop' }).click();
  await expect(state).toContainText('docker-container, stopped', { timeout: 30_000 });
  await detail.getByRole('button', { name: 'Remove', exact: true }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove workshop?' });
  await expect(question).toContainText('volume');
  await question.getByRole('button', { name: 'Remove' }).click();
  await expect(detail).toBeHidden({ timeout: 30_000 });
  expect(await byBuildx('ls')).not.toContain('workshop');
});

test('two nodes: three platforms go where they run best; the cache of both is read and half of it pruned', async () => {
  test.setTimeout(300_000);
  const page = await launch();
  const { buildkit, registry } = currentEngine();
  const sheet = await describeBuilder(page, 'pair', 'remote');
  await sheet.getByRole('textbox', { name: 'Address' }).fill(buildkit.address);
  await sheet.getByRole('button', { name: 'Create builder' }).click();
  await expect(sheet).toBeHidden();
  const detail = detailOf(page, 'pair');
  await detail.getByRole('button', { name: 'Add node' }).click();
  const adding = page.getByRole('dialog', { name: 'Add node to pair' });
  await adding.getByRole('textbox', { name: 'Address' }).fill(arm.address);
  await adding.getByRole('button', { name: 'Add node' }).click();
  await expect(adding).toBeHidden();
  await expect(detail.getByRole('table', { name: 'Nodes' }).getByRole('row')).toHaveCount(3);
  expect(await byBuildx('ls')).toMatch(/^pair\*?\s+remote[^]*pair0.*running[^]*pair1.*running/m);

  await buildOn(page, 'pair');
  await studio.tick(...threePlatforms);
  await expect(studio.platform('linux/amd64')).toHaveAccessibleDescription(/native.*pair0/);
  await expect(studio.platform('linux/arm64')).toHaveAccessibleDescription(/native.*pair1/);
  await expect(studio.platform('linux/arm/v7')).toHaveAccessibleDescription(/emulated.*pair0/);
  await studio.configuration.getByRole('radio', { name: 'Push to registry' }).check({ force: true });
  const reference = `${registry.host}/pair/app:three`;
  await studio.configuration.getByRole('textbox', { name: 'Tags' }).fill(reference);
  await studio.build.click();
  await studio.ended('Succeeded', 180_000);
  await expect(studio.lanes).toHaveCount(3);
  await expect(await studio.showLog('linux/arm64')).toContainText('aarch64');
  await expect(await studio.showLog('linux/amd64')).toContainText('x86_64');
  const { stdout } = await run('skopeo', [
    ...['inspect', '--raw', '--tls-verify=false'],
    `docker://${reference}`,
  ]);
  const { manifests } = JSON.parse(stdout) as {
    manifests: { platform: { architecture: string; variant?: string } }[];
  };
  const built = manifests
    .filter(({ platform }) => platform.architecture !== 'unknown')
    .map(({ platform }) => [platform.architecture, platform.variant].filter(Boolean).join('/'));
  expect(built).toEqual(['amd64', 'arm64', 'arm/v7']);

  await studio.view('Builders').click();
  const records = detail.getByRole('table', { name: 'Cache records' });
  await expect(records).toContainText('pair0');
  await expect(records).toContainText('pair1');
  await detail.getByRole('button', { name: 'Prune', exact: true }).click();
  const panel = detail.getByRole('group', { name: 'Prune' });
  await panel.getByRole('textbox', { name: 'Filters' }).fill('description~=/two');
  const leaf = records.getByRole('row').filter({ hasText: '/two' });
  await expect(leaf.first()).toContainText('prune');
  await panel.getByRole('button', { name: /^Prune \d/ }).click();
  await expect(panel.getByRole('status', { name: 'Prune status' })).toHaveText(/^Pruned \d/);
  await panel.getByRole('button', { name: 'Close' }).click();
  await detail.getByRole('button', { name: 'Read again' }).click();
  await expect(records).toContainText('pair1');

  await detail.getByRole('button', { name: 'Remove', exact: true }).click();
  await page
    .getByRole('alertdialog', { name: 'Remove pair?' })
    .getByRole('button', { name: 'Remove' })
    .click();
  await expect(detail).toBeHidden();
  expect(await byBuildx('ls')).not.toMatch(/^pair/m);
});
