import { expect, test } from '@playwright/test';
import { currentEngine } from '../engine/globalSetup';
import { startBuildkitd } from '../engine/buildkitd';
import { registriesOf } from '../engine/engine';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

let project: ProjectFolder;
let studio: StudioApp;

test.afterEach(async () => {
  await studio.close();
  await project.remove();
});

test('a daemon that dies in mid-build: failed within 5 s, the log stays, the builder comes back by itself', async () => {
  const daemon = await startBuildkitd(registriesOf(currentEngine()));
  try {
    project = await projectFolder({ Dockerfile: 'FROM busybox\nRUN echo before the end; sleep 120\n' });
    studio = await StudioApp.launch({ project: project.path, buildkitHost: daemon.address });
    await studio.tick('linux/amd64');
    await studio.build.click();
    await expect(await studio.showLog('linux/amd64')).toContainText('before the end', { timeout: 60_000 });
    const before = Date.now();
    await daemon.kill();
    await studio.ended('Failed', 8000);
    expect(Date.now() - before).toBeLessThan(6000);
    await expect(await studio.showLog('linux/amd64')).toContainText('before the end');
    await daemon.restart();
    await studio.type('FROM busybox\nRUN echo back again\n');
    await expect(studio.build).toBeEnabled({ timeout: 40_000 });
    await studio.build.click();
    await studio.ended('Succeeded');
  } finally {
    await daemon.stop();
  }
});

test('a registry that wants a login refuses the push with a word about the login', async () => {
  const { authRegistry } = currentEngine();
  project = await projectFolder({ Dockerfile: 'FROM busybox\n' });
  studio = await StudioApp.launch({ project: project.path, env: { DOCKER_CONFIG: '/nonexistent' } });
  await studio.tick('linux/amd64');
  await studio.page.getByRole('textbox', { name: 'Tags' }).fill(`${authRegistry.host}/e2e/private:1`);
  await studio.output('Push to registry');
  await studio.build.click();
  await studio.ended('Failed');
  await expect(studio.run).toContainText(/log ?in|credentials|authenti|unauthorized/i);
  expect(await studio.page.content()).not.toContain(authRegistry.password);
});

test('an unreachable registry is told by name', async () => {
  project = await projectFolder({ Dockerfile: 'FROM localhost:9/nothing/here\n' });
  studio = await StudioApp.launch({ project: project.path });
  await studio.tick('linux/amd64');
  await studio.build.click();
  await studio.ended('Failed');
  await expect(studio.run).toContainText('localhost:9');
});

test('a bad platform, a bad tag and an unavailable platform are told before anything is built', async () => {
  project = await projectFolder({ Dockerfile: 'FROM busybox\n' });
  studio = await StudioApp.launch({ project: project.path });
  const add = studio.page.getByRole('textbox', { name: 'Add platform' });
  await add.fill('linux/no such');
  await add.press('Enter');
  await expect(studio.configuration).toContainText(/not a platform|invalid|no such/i);
  await add.fill('wasi/wasm32');
  await add.press('Enter');
  await expect(studio.platform('wasi/wasm32')).toHaveAccessibleDescription(/unavailable/i);
  await studio.page.getByRole('textbox', { name: 'Tags' }).fill('Not A Tag');
  await expect(studio.configuration).toContainText(/tag|reference/i);
});

test('a builder that is not there is told, and nothing hangs', async () => {
  project = await projectFolder({ Dockerfile: 'FROM busybox\n' });
  studio = await StudioApp.launch({
    project: project.path,
    buildkitHost: 'unix:///nonexistent/buildkitd.sock',
  });
  await studio.view('Builders').click();
  await expect(studio.page.getByRole('region', { name: 'Builder env' })).toContainText(
    /unreachable|does not exist|no such/i,
  );
});
