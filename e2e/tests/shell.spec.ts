import { expect, test } from '@playwright/test';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

let project: ProjectFolder;
let studio: StudioApp;
test.beforeEach(async () => {
  project = await projectFolder({ Dockerfile: 'FROM busybox\nRUN echo going && sleep 60\n' });
  studio = await StudioApp.launch({ project: project.path });
});
test.afterEach(async () => {
  await studio.close();
  await project.remove();
});

test('the page can neither reach Node nor leave its place', async () => {
  const { page, app } = studio;
  expect(await page.evaluate(() => typeof (window as { require?: unknown }).require)).toBe('undefined');
  expect(
    await page.evaluate(() => Object.keys((window as unknown as { manifold: object }).manifold)),
  ).toEqual(['pathOf']);
  await expect(page.evaluate(() => fetch('http://127.0.0.1:1/'))).rejects.toThrow();
  // eval is refused by the content security policy of the page itself, not by the tool that asks.
  const evalWorked = await page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const script = document.createElement('script');
        script.textContent = 'window.__injected = true';
        document.head.append(script);
        setTimeout(() => resolve('__injected' in window), 100);
      }),
  );
  expect(evalWorked).toBe(false);
  await page.evaluate(() => {
    window.location.href = 'https://example.invalid/';
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe('manifold://app/index.html');
  expect(await page.evaluate(() => window.open('https://example.invalid/'))).toBeNull();
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webSecurity };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  });
  expect(
    await page.evaluate(async () => (await navigator.permissions.query({ name: 'geolocation' })).state),
  ).toBe('denied');
});

test('closing in mid-build asks, and staying keeps the build', async () => {
  const { page, app } = studio;
  await studio.tick('linux/amd64');
  await studio.build.click();
  await expect(await studio.showLog('linux/amd64')).toContainText('going', { timeout: 60_000 });
  const asked = await app.evaluate(async ({ dialog, BrowserWindow }) => {
    const questions: string[] = [];
    dialog.showMessageBox = ((_window: unknown, options: { message: string }) => {
      questions.push(options.message);
      return Promise.resolve({ response: questions.length === 1 ? 0 : 1, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
    BrowserWindow.getAllWindows()[0]!.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { questions, windows: BrowserWindow.getAllWindows().length };
  });
  expect(asked).toEqual({ questions: ['A build is still running'], windows: 1 });
  await expect(studio.status).toHaveText(/^Running/);
  await expect(page.getByRole('button', { name: 'Cancel build' })).toBeVisible();
});

test('keys and the command palette do what the buttons do', async () => {
  const { page } = studio;
  await page.keyboard.press('ControlOrMeta+4');
  await expect(studio.view('Builders')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ControlOrMeta+1');
  await page.keyboard.press('ControlOrMeta+K');
  await page.keyboard.type('history');
  await page.keyboard.press('Enter');
  await expect(studio.view('History')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ControlOrMeta+1');
  await studio.tick('linux/amd64');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(studio.status).toHaveText(/^(Preparing|Running)/);
  await page.keyboard.press('ControlOrMeta+.');
  await studio.ended('Cancelled');
});
