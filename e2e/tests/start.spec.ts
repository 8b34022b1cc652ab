import { expect, test } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

test('a newcomer builds the sample for three platforms on a builder that Manifold starts', async () => {
  const studio = await StudioApp.launch({ builder: 'local' });
  try {
    await expect(studio.page.getByRole('tree', { name: 'Projects' })).toContainText('hello-platforms');
    await expect(studio.editor).toContainText('FROM scratch AS hello');
    await studio.tick('linux/amd64', 'linux/arm64', 'linux/arm/v7');
    await studio.build.click();
    await studio.ended('Succeeded');
    await expect(await studio.showLog('linux/arm64')).toContainText('calls itself aarch64');
    await expect(studio.result).toContainText('linux/arm/v7');
  } finally {
    await studio.close();
  }
});

test('after a restart everything is found again', async () => {
  const project = await projectFolder({
    Dockerfile: 'FROM busybox\nRUN echo remembered-output\n',
    'web.Dockerfile': 'FROM busybox\nRUN echo web\n',
  });
  let studio = await StudioApp.launch({ project: project.path });
  const { userData } = studio;
  try {
    await studio.tick('linux/amd64', 'linux/arm64');
    await studio.page.getByRole('textbox', { name: 'Tags' }).fill('example/remember:1');
    await studio.build.click();
    await studio.ended('Succeeded');
    await studio.type('FROM busybox\nRUN echo unsaved\n');
    await expect(studio.editor).toContainText('unsaved');
    await studio.page.waitForTimeout(1000);
    await studio.close({ keep: true });

    studio = await StudioApp.launch({ userData });
    await expect(studio.editor).toContainText('unsaved');
    await expect(studio.platform('linux/arm64')).toBeChecked();
    await expect(studio.page.getByRole('textbox', { name: 'Tags' })).toHaveValue('example/remember:1');
    await studio.page.getByRole('list', { name: 'Recent builds' }).getByRole('listitem').first().click();
    await studio.ended('Succeeded');
    await expect(await studio.showLog('linux/amd64')).toContainText('remembered-output');
    await expect(studio.result).toContainText('sha256:');
  } finally {
    await studio.close();
    await project.remove();
  }
});

test('several Dockerfiles are offered, and a change on disk is not overwritten silently', async () => {
  const project = await projectFolder({
    Dockerfile: 'FROM busybox\n',
    'web.Dockerfile': 'FROM busybox AS web\n',
  });
  const studio = await StudioApp.launch({ project: project.path });
  try {
    await studio.page.getByRole('combobox', { name: 'Dockerfile' }).click();
    await studio.page.getByRole('option', { name: 'web.Dockerfile' }).click();
    await expect(studio.editor).toContainText('AS web');
    await studio.type('FROM busybox AS mine\n');
    await writeFile(join(project.path, 'web.Dockerfile'), 'FROM busybox AS theirs\n');
    await expect(studio.editor).toContainText(/changed on disk/i);
    await studio.editor.getByRole('button', { name: /reload/i }).click();
    await expect(studio.editor).toContainText('AS theirs');
  } finally {
    await studio.close();
    await project.remove();
  }
});

test('a folder without a Dockerfile says what to do', async () => {
  const project = await projectFolder({ 'readme.txt': 'nothing here' });
  const studio = await StudioApp.launch({ project: project.path });
  try {
    await expect(studio.page.getByText('There is no Dockerfile in this folder')).toBeVisible();
  } finally {
    await studio.close();
    await project.remove();
  }
});
