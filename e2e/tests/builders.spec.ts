import { expect, test } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBuildkitd, type Buildkitd } from '../engine/buildkitd';
import { createSelfSigned } from '../engine/certificates';
import { registriesOf } from '../engine/engine';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

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
