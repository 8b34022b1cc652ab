import { expect, test } from '@playwright/test';
import { rm } from 'node:fs/promises';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

let project: ProjectFolder;
let studio: StudioApp;
let userData: string;

test.beforeEach(async () => {
  project = await projectFolder({ Dockerfile: 'FROM busybox\nRUN echo settings\n' });
  studio = await StudioApp.launch({ project: project.path });
  ({ userData } = studio);
});
test.afterEach(async () => {
  await studio.close();
  await rm(userData, { recursive: true, force: true });
  await project.remove();
});

async function restart(): Promise<void> {
  await studio.close({ keep: true });
  studio = await StudioApp.launch({ userData });
}

const recent = () => studio.page.getByRole('list', { name: 'Recent builds' }).getByRole('listitem');
const background = () => studio.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('the language changes at once, survives a restart, and changes back', async () => {
  await studio.view('Settings').click();
  await studio.page.getByRole('radio', { name: '简体中文' }).check({ force: true });
  await expect(studio.page.getByRole('tab', { name: '构建', exact: true })).toBeVisible();
  await expect(studio.page.getByRole('heading', { name: '设置' })).toBeVisible();
  await expect(studio.page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  const menus = () =>
    studio.app.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? []).map(({ label }) => label).join(' '),
    );
  await expect.poll(menus).toContain('文件');

  await restart();
  await expect(studio.page.getByRole('button', { name: '构建', exact: true })).toBeVisible();
  await studio.page.getByRole('tab', { name: '设置', exact: true }).click();
  await studio.page.getByRole('radio', { name: 'English' }).check({ force: true });
  await expect(studio.view('Settings')).toBeVisible();
  await expect(studio.page.locator('html')).toHaveAttribute('lang', 'en');
  await expect.poll(menus).toContain('File');
});

test('the theme changes at once and survives a restart', async () => {
  await studio.view('Settings').click();
  const theme = (name: string) =>
    studio.page.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio', { name });
  await theme('Light').check({ force: true });
  await expect(studio.page.locator('html')).toHaveAttribute('data-theme', 'light');
  const light = await background();
  await theme('Dark').check({ force: true });
  await expect(studio.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect.poll(background).not.toBe(light);
  const dark = await background();

  await restart();
  await expect(studio.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await background()).toBe(dark);
  expect(await studio.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark');
});

test('only as many builds are kept as asked for', async () => {
  await studio.view('Settings').click();
  const kept = studio.page.getByRole('textbox', { name: 'Builds kept' });
  await kept.fill('0');
  await expect(studio.page.getByText('Type a whole number from 1 to 5000.')).toBeVisible();
  await kept.fill('2');
  await kept.press('Enter');
  await studio.view('Build').click();
  await studio.tick('linux/amd64');
  await studio.output('Cache only');
  for (let build = 1; build <= 3; build++) {
    await studio.build.click();
    await expect(recent().first()).toContainText(`#${build}`);
    await studio.ended('Succeeded');
  }
  await expect(recent()).toHaveCount(2);
  await restart();
  await expect(recent()).toHaveCount(2);
  await studio.view('Settings').click();
  await expect(studio.page.getByRole('textbox', { name: 'Builds kept' })).toHaveValue('2');
});
