import { expect, test } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

const dockerfile = `FROM busybox AS words
ARG TARGETARCH
RUN echo "$TARGETARCH" > /words.txt
FROM busybox
COPY --from=words /words.txt /words.txt
`;
let project: ProjectFolder;
let studio: StudioApp;

test.beforeEach(async () => {
  project = await projectFolder({
    Dockerfile: dockerfile,
    '.dockerignore': 'shown-not.txt\n',
    'shown.txt': 'a',
    'shown-not.txt': 'b',
    'source/main.txt': 'c',
  });
  studio = await StudioApp.launch({ project: project.path });
  await expect(studio.editor).toContainText('busybox');
});
test.afterEach(async () => {
  await studio.close();
  await project.remove();
});

const suggestions = () => studio.page.locator('.suggest-widget.visible');
/** The text as it is in the editor: the page keeps it as a draft at once, and shows it line by line. */
const lines = () => studio.editor.locator('.view-lines').first();

async function putCursor(line: number, column: number): Promise<void> {
  const { page } = studio;
  await studio.editor.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+Home');
  for (let down = 1; down < line; down += 1) await page.keyboard.press('ArrowDown');
  for (let right = 1; right < column; right += 1) await page.keyboard.press('ArrowRight');
}

test('completes a flag, its value and a file of the context, with documentation', async () => {
  const { page } = studio;
  await studio.type('FROM busybox\n');
  await page.keyboard.type('RUN --net');
  await expect(suggestions()).toContainText('--network');
  await page.keyboard.press('Enter');
  await expect(suggestions()).toContainText('host');
  await page.keyboard.type('no');
  await page.keyboard.press('Enter');
  await expect(lines()).toContainText('RUN --network=none');
  await page.keyboard.type(' true');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');

  await page.keyboard.type('COPY sh');
  await expect(suggestions()).toContainText('shown.txt');
  await expect(suggestions()).not.toContainText('shown-not.txt');
  await page.keyboard.press('Enter');
  await expect(lines()).toContainText('COPY shown.txt');
  await page.keyboard.type(' sou');
  await expect(suggestions()).toContainText('source');
  await page.keyboard.press('Enter');
  await expect(suggestions()).toContainText('main.txt');
  await page.keyboard.press('Enter');
  await expect(lines()).toContainText('COPY shown.txt source/main.txt');
});

test('hover shows a variable’s value on every ticked platform', async () => {
  const { page } = studio;
  await studio.tick('linux/amd64', 'linux/arm64');
  await studio.editor
    .locator('.view-line span', { hasText: /^\$TARGETARCH$/ })
    .last()
    .hover();
  const hover = page.locator('.monaco-hover:visible');
  await expect(hover).toContainText('linux/amd64: amd64');
  await expect(hover).toContainText('linux/arm64: arm64');
});

test('F2 renames a stage everywhere, Shift+Alt+F formats, F12 goes to the definition', async () => {
  const { page } = studio;
  await putCursor(5, 14);
  await page.keyboard.press('F2');
  const box = page.locator('.rename-box input');
  await expect(box).toBeFocused();
  await box.fill('letters');
  await page.keyboard.press('Enter');
  await expect(lines()).toContainText('FROM busybox AS letters');
  await expect(lines()).toContainText('COPY --from=letters');

  await studio.type('from   busybox  as  one\nrun  true  \nfrom one\n');
  await page.keyboard.press('Shift+Alt+F');
  await expect(lines()).toContainText('FROM busybox AS one');
  await expect(lines()).toContainText('RUN true');

  await putCursor(3, 7);
  await page.keyboard.press('F12');
  await expect(page.getByText(/Ln 1, Col 17/)).toBeVisible();
});

test('a file that changes outside is compared with the text on screen, and neither is lost', async () => {
  const { page } = studio;
  await studio.type('FROM busybox\nRUN echo mine\n');
  await expect(studio.editor.getByRole('img', { name: 'Not saved' })).toBeVisible();
  await writeFile(join(project.path, 'Dockerfile'), 'FROM busybox\nRUN echo theirs\n');
  await expect(studio.editor.getByRole('alert')).toContainText('changed on disk');
  await studio.editor.getByRole('button', { name: 'Compare' }).click();
  const comparison = page.getByRole('region', { name: 'Comparison with the file on disk' });
  await expect(comparison).toContainText('theirs');
  await expect(comparison).toContainText('mine');
  await writeFile(join(project.path, 'Dockerfile'), 'FROM busybox\nRUN echo again\n');
  await expect(comparison).toContainText('again');
  await studio.editor.getByRole('button', { name: 'End comparison' }).click();
  await expect(comparison).toBeHidden();
  await expect(lines()).toContainText('mine');
  await studio.editor.getByRole('button', { name: 'Reload' }).click();
  await expect(lines()).toContainText('again');
});
