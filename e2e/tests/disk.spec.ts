import { expect, test, type Locator } from '@playwright/test';
import { startBuildkitd, type Buildkitd } from '../engine/buildkitd';
import { registriesOf } from '../engine/engine';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

let daemon: Buildkitd;
let project: ProjectFolder;
let studio: StudioApp;

test.beforeAll(async () => {
  daemon = await startBuildkitd(registriesOf(currentEngine()));
  project = await projectFolder({
    Dockerfile: [
      'FROM busybox',
      'RUN head -c 3000000 /dev/zero > /three',
      'RUN --mount=type=cache,target=/cache head -c 2000000 /dev/zero > /cache/two',
      'COPY Dockerfile /',
      '',
    ].join('\n'),
  });
});
test.afterAll(async () => {
  await daemon.stop();
  await project.remove();
});
test.afterEach(() => studio.close());

test('what a build left on disk is listed, a part is previewed and pruned, and it is gone', async () => {
  studio = await StudioApp.launch({ project: project.path, buildkitHost: daemon.address });
  const { page } = studio;
  await studio.tick('linux/amd64');
  await studio.build.click();
  await studio.ended('Succeeded');

  await studio.view('Builders').click();
  const detail = page.getByRole('region', { name: 'Builder env' });
  const table = detail.getByRole('table', { name: 'Cache records' });
  const row = (text: string): Locator => table.getByRole('row').filter({ hasText: text });
  await expect(row('/three')).toContainText('regular');
  await expect(row('exec.cachemount')).toContainText('2.');
  await expect(row('source.local').first()).toBeVisible();

  await detail.getByRole('searchbox', { name: 'Filter records' }).fill('type=exec.cachemount');
  await expect(table.getByRole('row')).toHaveCount(2);
  await detail.getByRole('searchbox', { name: 'Filter records' }).fill('');
  await table.getByRole('columnheader', { name: 'Type' }).getByRole('button').click();
  await expect(table.getByRole('row').nth(1)).toContainText('exec.cachemount');

  await detail.getByRole('button', { name: 'Prune', exact: true }).click();
  const panel = detail.getByRole('group', { name: 'Prune' });
  await panel.getByRole('checkbox', { name: 'regular', exact: true }).uncheck({ force: true });
  await expect(row('exec.cachemount')).toContainText('prune');
  await expect(row('/three')).toContainText('reclaimable');
  await panel.getByRole('button', { name: /^Prune \d/ }).click();
  await expect(panel.getByRole('status', { name: 'Prune status' })).toHaveText(
    /^Pruned \d.*, [1-9]\d* records$/,
  );
  await expect(row('exec.cachemount')).toHaveCount(0);
  await expect(row('source.local')).toHaveCount(0);
  await expect(row('/three')).toBeVisible();
  await panel.getByRole('button', { name: 'Close' }).click();

  // The daemon itself says the same when it is asked anew.
  await detail.getByRole('button', { name: 'Read again' }).click();
  await expect(row('/three')).toBeVisible();
  await expect(row('exec.cachemount')).toHaveCount(0);

  await detail.getByRole('button', { name: 'Prune', exact: true }).click();
  await panel.getByRole('checkbox', { name: /internal, frontend/ }).check({ force: true });
  await panel.getByRole('button', { name: /^Prune \d/ }).click();
  await expect(panel.getByRole('status', { name: 'Prune status' })).toHaveText(/^Pruned \d/);
  await expect(detail.getByText('The build cache is empty.')).toBeVisible();
});
