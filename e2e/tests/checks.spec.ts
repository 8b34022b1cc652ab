import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator } from '@playwright/test';
import { startBuildkitd } from '../engine/buildkitd';
import { registriesOf } from '../engine/engine';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

let project: ProjectFolder;
let studio: StudioApp;

test.afterEach(async () => {
  await studio.close();
  await project.remove();
});

/** Only on arm64 does the path hang on the base image's own folder. */
const oneBaseIsWrong = `FROM busybox AS base-amd64
WORKDIR /app
FROM busybox AS base-arm64
FROM base-\${TARGETARCH} AS app
WORKDIR sub
`;

async function showProblems(): Promise<void> {
  await studio.page
    .getByRole('tablist', { name: 'Panels' })
    .getByRole('tab', { name: /^Problems/ })
    .click();
}
const state = (): Locator => studio.run.getByRole('status', { name: 'Checks' });
const problems = (): Locator => studio.run.getByRole('list', { name: 'Problems' }).getByRole('listitem');

test('a finding of one platform is shown with it, fixed with one press, and gone', async () => {
  project = await projectFolder({ Dockerfile: oneBaseIsWrong });
  studio = await StudioApp.launch({ project: project.path });
  await studio.tick('linux/amd64', 'linux/arm64');
  await showProblems();
  await expect(state()).toHaveText(/^Checked by BuildKit v\d/);
  await expect(problems()).toHaveCount(1);
  await expect(problems()).toContainText('WorkdirRelativePath');
  await expect(problems()).toContainText('linux/arm64');
  await expect(problems()).not.toContainText('linux/amd64');
  await expect(problems()).toContainText('https://docs.docker.com/go/dockerfile/rule/workdir-relative-path/');

  await studio.tick('linux/amd64');
  await expect(problems()).toHaveCount(0);
  await studio.tick('linux/amd64', 'linux/arm64');
  await problems().getByRole('button', { name: 'Fix: use /sub' }).click();
  await expect(studio.editor).toContainText('WORKDIR /sub');
  await expect(problems()).toHaveCount(0);
  await expect(state()).toHaveText(/^Checked by BuildKit v\d/);
});

test('a rule is ignored from its menu, by the directive', async () => {
  project = await projectFolder({ Dockerfile: '# mine\nFROM busybox\nMAINTAINER me\n' });
  studio = await StudioApp.launch({ project: project.path });
  await showProblems();
  await problems().getByRole('button', { name: 'More for MaintainerDeprecated' }).click();
  await studio.page.getByRole('menuitem', { name: 'Ignore rule MaintainerDeprecated' }).click();
  await expect(studio.editor).toContainText('check=skip=MaintainerDeprecated');
  await expect(problems()).toHaveCount(0);
});

test('the light bulb and Alt+Enter offer the fixes of the line, and to ignore the rule', async () => {
  project = await projectFolder({ Dockerfile: 'FROM busybox\nMAINTAINER me\nWORKDIR sub\n' });
  studio = await StudioApp.launch({ project: project.path });
  await showProblems();
  await expect(problems()).toHaveCount(2);
  const { editor, page } = studio;
  await editor.locator('.view-line', { hasText: 'WORKDIR' }).click();
  await page.keyboard.press('Home');
  const bulb = editor.locator('[class*="lightbulb"], [class*="light-bulb"]').first();
  await expect(bulb).toBeVisible();
  const actions = page.locator('.action-widget').first();
  await page.keyboard.press('Alt+Enter');
  await expect(actions).toContainText('Ignore rule WorkdirRelativePath');
  await expect(actions).not.toContainText('MaintainerDeprecated');
  await page.keyboard.press('Escape');
  await expect(actions).toBeHidden();

  await bulb.click();
  await actions.getByText('Fix: use /sub').click();
  await expect(editor).toContainText('WORKDIR /sub');
  await expect(problems()).toHaveCount(1);
});

test('what the Dockerfile asks for stands in the configuration', async () => {
  project = await projectFolder({
    Dockerfile: `# tools holds the tools
FROM busybox AS tools
# VERSION is what gets installed
ARG VERSION=1.2
RUN --mount=type=secret,id=token,required=true true
`,
  });
  studio = await StudioApp.launch({ project: project.path });
  const version = studio.configuration.getByRole('textbox', { name: 'VERSION' });
  await expect(version).toHaveAccessibleDescription('is what gets installed');
  const secrets = studio.configuration.getByRole('table', { name: 'Secrets' });
  await expect(secrets.getByRole('row', { name: /token/ })).toContainText('required');
  await secrets.getByRole('textbox', { name: 'token' }).fill('/run/token');
  await version.fill('2');
  await studio.type('FROM busybox AS tools\nARG VERSION=3\nRUN --mount=type=secret,id=token true\n');
  await expect(secrets.getByRole('row', { name: /token/ })).toContainText('optional');
  await expect(version).toHaveValue('2');
  await expect(secrets.getByRole('textbox', { name: 'token' })).toHaveValue('/run/token');
});

test('the list is readable and reachable in both themes, also in a small window', async () => {
  const dockerfile = `${oneBaseIsWrong}ENV name a long value\nLABEL a=$UNDEFINED\nCMD echo $HOME\nEXPOSE 1:2\n`;
  project = await projectFolder({ Dockerfile: dockerfile });
  studio = await StudioApp.launch({ project: project.path, size: { width: 1180, height: 760 } });
  await studio.tick('linux/amd64', 'linux/arm64');
  await showProblems();
  await expect(problems()).toHaveCount(5);
  for (const theme of ['light', 'dark'] as const) {
    await studio.theme(theme);
    await studio.page.waitForTimeout(300);
    await studio.page.screenshot({ path: `test-results/screens/problems-${theme}-1180.png` });
    // Playwright's Electron can't open the second page that axe would use for frames; there are none.
    const { violations } = await new AxeBuilder({ page: studio.page })
      .setLegacyMode(true)
      .exclude('.monaco-editor')
      .analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
  }
  const fix = problems()
    .first()
    .getByRole('button', { name: /^Fix: / });
  await fix.focus();
  await studio.page.keyboard.press('Enter');
  await expect(problems()).toHaveCount(4);
});

test('without a builder the state is said and syntax is still checked; with it, BuildKit checks again', async () => {
  const daemon = await startBuildkitd(registriesOf(currentEngine()));
  try {
    project = await projectFolder({ Dockerfile: 'FROM busybox\nRUNN x\n' });
    studio = await StudioApp.launch({ project: project.path, buildkitHost: daemon.address });
    await showProblems();
    await expect(problems()).toContainText('unknown instruction: RUNN');
    await daemon.kill();
    await expect(state()).toContainText('No builder: only syntax is checked here', { timeout: 20_000 });
    await expect(problems()).toContainText('Unknown instruction RUNN');
    await daemon.restart();
    await expect(state()).toHaveText(/^Checked by BuildKit v\d/, { timeout: 60_000 });
    await expect(problems()).toContainText('unknown instruction: RUNN');
  } finally {
    await daemon.stop();
  }
});
