import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

let first: ProjectFolder;
let second: ProjectFolder;
let studio: StudioApp;

test.beforeEach(async () => {
  first = await projectFolder({ Dockerfile: 'FROM busybox AS from-the-first\n' });
  second = await projectFolder({ Dockerfile: 'FROM busybox AS from-the-second\n' });
  studio = await StudioApp.launch({ project: first.path });
  await expect(studio.editor).toContainText('from-the-first');
});
test.afterEach(async () => {
  await studio.close();
  await rm(studio.userData, { recursive: true, force: true });
  await Promise.all([first.remove(), second.remove()]);
});

/** What the person picks in the system's next "open" dialog; nothing: they cancel it. */
function pickInDialog(...paths: string[]): Promise<void> {
  return studio.app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths });
  }, paths);
}

test('a folder chosen in the dialog opens; a cancelled dialog changes nothing', async () => {
  const { page } = studio;
  await pickInDialog();
  await page.keyboard.press('ControlOrMeta+O');
  await expect(studio.editor).toContainText('from-the-first');
  await pickInDialog(second.path);
  await studio.view('Images').click();
  await page.keyboard.press('ControlOrMeta+O');
  await expect(studio.view('Build')).toHaveAttribute('aria-selected', 'true');
  await expect(studio.editor).toContainText('from-the-second');
  await expect(page.getByRole('button', { name: 'Project', exact: true })).toHaveAccessibleDescription(
    basename(second.path),
  );
});

test('a folder dropped on the window opens', async () => {
  const { page } = studio;
  await studio.view('Settings').click();
  const session = await page.context().newCDPSession(page);
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', {
      type,
      x: 400,
      y: 300,
      data: { items: [], files: [second.path], dragOperationsMask: 1 },
    });
  await drag('dragEnter');
  await drag('dragOver');
  await expect(page.getByText('Drop the folder to open it')).toBeVisible();
  await drag('drop');
  await expect(page.getByText('Drop the folder to open it')).toBeHidden();
  await expect(studio.view('Build')).toHaveAttribute('aria-selected', 'true');
  await expect(studio.editor).toContainText('from-the-second');
});

test('recent projects come back from the Project menu, and one that is gone says so', async () => {
  const { page } = studio;
  const gone = await projectFolder({ Dockerfile: 'FROM busybox AS soon-gone\n' });
  for (const project of [gone, second]) {
    await pickInDialog(project.path);
    await page.keyboard.press('ControlOrMeta+O');
    await expect(page.getByRole('button', { name: 'Project', exact: true })).toHaveAccessibleDescription(
      basename(project.path),
    );
  }
  await gone.remove();
  const { userData } = studio;
  await studio.close({ keep: true });
  studio = await StudioApp.launch({ userData });
  await expect(studio.editor).toContainText('from-the-second');
  await studio.page.getByRole('button', { name: 'Project', exact: true }).click();
  const menu = studio.page.getByRole('menu', { name: 'Project' });
  await expect(menu.getByRole('menuitem', { name: basename(gone.path) })).toContainText('folder is gone');
  await expect(menu.getByRole('menuitem', { name: basename(gone.path) })).toBeDisabled();
  await menu.getByRole('menuitem', { name: basename(first.path) }).click();
  await expect(studio.editor).toContainText('from-the-first');
});

test('a second start on the same data folder hands its path to the first and ends', async () => {
  const { page, app, userData } = studio;
  const electron = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] as string, 'electron');
  const ended = await new Promise<number | null>((resolve, reject) => {
    const again = spawn(electron, ['--no-sandbox', '.', `--user-data-dir=${userData}`, second.path], {
      stdio: 'ignore',
    });
    again.once('error', reject);
    again.once('exit', resolve);
  });
  expect(ended).toBe(0);
  await expect(studio.editor).toContainText('from-the-second');
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  await expect(page.getByRole('tree', { name: 'Projects' })).toContainText(basename(second.path));
});
