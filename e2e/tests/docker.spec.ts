import { expect, test, type Locator } from '@playwright/test';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { askDocker } from '../engine/dockerApi';
import { startDockerEngine, type DockerEngine } from '../engine/dockerEngine';
import { registriesOf } from '../engine/engine';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

const run = promisify(execFile);
/** With the classic image store. */
let docker: DockerEngine;
let project: ProjectFolder;
let studio: StudioApp;

test.beforeAll(async () => {
  // The engine is installed on first use.
  test.setTimeout(600_000);
  docker = await startDockerEngine({ version: 'current', ...registriesOf(currentEngine()) });
});
test.afterAll(() => docker.stop());
test.beforeEach(async () => {
  project = await projectFolder({ Dockerfile: 'FROM scratch\nCOPY hello.txt /\n', 'hello.txt': 'hello\n' });
  studio = await StudioApp.launch({ project: project.path, env: { DOCKER_HOST: docker.host } });
});
test.afterEach(async () => {
  await studio.close();
  await project.remove();
});

async function buildOn(builder: string): Promise<void> {
  await studio.view('Build').click();
  await studio.page.getByRole('combobox', { name: 'Builder' }).click();
  await studio.page.getByRole('option', { name: new RegExp(`^${builder}\\b`) }).click();
}

function output(name: string): Locator {
  return studio.configuration.getByRole('radio', { name, exact: true });
}

test('a Docker Engine with the classic store loads unless told otherwise, and pushes', async () => {
  const { registry } = currentEngine();
  await buildOn('env');
  await expect(output('OCI archive')).toBeChecked();
  await buildOn('default');
  await expect(output('Load into Docker')).toBeChecked();

  const tags = ['1', '2'].map((tag) => `${registry.host}/e2e/classic:${Date.now()}-${tag}`);
  await studio.page.getByRole('textbox', { name: 'Tags' }).fill(tags.join('\n'));
  await studio.output('Push to registry');
  await studio.build.click();
  await studio.ended('Succeeded');
  const stored = await Promise.all(
    tags.map((tag) => run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${tag}`])),
  );
  for (const { stdout } of stored) {
    const digest = `sha256:${createHash('sha256').update(stdout).digest('hex')}`;
    await expect(studio.result).toContainText(digest.slice(0, 19));
  }
  await expect(studio.result).toContainText('linux/amd64');
  const log = await studio.showLog('All');
  for (const tag of tags) await expect(log).toContainText(`pushing ${tag}`);
  await expect(log).toContainText('digest: sha256:');

  await buildOn('env');
  await expect(output('Push to registry')).toBeChecked();
});

test('a builder that loads by default is asked to load until an output is chosen', async () => {
  test.setTimeout(180_000);
  const { page } = studio;
  await page.getByRole('button', { name: 'New builder' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'New builder' });
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill('loader');
  await sheet
    .getByRole('radiogroup', { name: 'Driver' })
    .getByRole('radio', { name: 'docker-container', exact: true })
    .check({ force: true });
  await sheet.getByRole('checkbox', { name: 'Load into Docker by default' }).check({ force: true });
  await sheet.getByRole('button', { name: 'Create builder' }).click();
  await expect(sheet).toBeHidden();

  await buildOn('loader');
  await expect(output('Load into Docker')).toBeChecked();
  const tag = `loaded:${Date.now()}`;
  await page.getByRole('textbox', { name: 'Tags' }).fill(tag);
  await studio.build.click();
  await studio.ended('Succeeded', 150_000);
  expect(JSON.parse(await askDocker(docker.socketPath, `GET /images/${tag}/json`))).toMatchObject({
    RepoTags: [tag],
  });

  await studio.output('OCI archive');
  await buildOn('env');
  await buildOn('loader');
  await expect(output('OCI archive')).toBeChecked();
});
