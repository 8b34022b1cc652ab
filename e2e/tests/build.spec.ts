import { expect, test } from '@playwright/test';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder, threePlatforms, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

const run = promisify(execFile);
let project: ProjectFolder;
let studio: StudioApp;

test.afterEach(async () => {
  await studio.close();
  await project.remove();
});

const greeting = `FROM busybox AS words
ARG TARGETARCH
RUN echo "words for $TARGETARCH" > /words.txt && echo "made on $(uname -m)"
FROM busybox
COPY shared.txt /shared.txt
COPY --from=words /words.txt /words.txt
`;

test('three platforms with push: lanes, logs and result, and another client reads the index back', async () => {
  const { registry, binaries } = currentEngine();
  project = await projectFolder({ Dockerfile: greeting, 'shared.txt': 'the same everywhere\n' });
  studio = await StudioApp.launch({ project: project.path });
  const { page } = studio;
  await studio.tick(...threePlatforms);
  await expect(studio.platform('linux/amd64')).toHaveAccessibleDescription(/native/i);
  await expect(studio.platform('linux/arm64')).toHaveAccessibleDescription(/emulated/i);
  const reference = `${registry.host}/e2e/greeting:${Date.now()}`;
  await page.getByRole('textbox', { name: 'Tags' }).fill(reference);
  await studio.output('Push to registry');
  await studio.build.click();

  await expect(studio.status).toHaveText(/^(Preparing|Running)/);
  await studio.ended('Succeeded');
  await expect(studio.lanes).toHaveCount(3);
  for (const [index, platform] of threePlatforms.entries()) {
    await expect(studio.lanes.nth(index)).toHaveAccessibleName(new RegExp(platform));
  }
  for (const [platform, machine] of [
    ['linux/amd64', 'x86_64'],
    ['linux/arm64', 'aarch64'],
    ['linux/arm/v7', 'armv7l'],
  ] as const) {
    await expect(await studio.showLog(platform)).toContainText(`made on ${machine}`);
  }

  const raw = (
    await run(binaries.skopeo, ['inspect', '--raw', '--tls-verify=false', `docker://${reference}`])
  ).stdout;
  const digest = `sha256:${createHash('sha256').update(raw).digest('hex')}`;
  await expect(studio.result).toContainText(digest.slice(0, 19));
  const index = JSON.parse(raw) as {
    manifests: { digest: string; platform: { os: string; architecture: string; variant?: string } }[];
  };
  const images = index.manifests.filter(({ platform }) => platform.os !== 'unknown');
  expect(
    images.map(({ platform }) =>
      [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/'),
    ),
  ).toEqual(threePlatforms);
  for (const image of images) await expect(studio.result).toContainText(image.digest.slice(0, 19));
});

test('a folder is exported byte for byte as buildctl exports it', async () => {
  const { binaries, buildkit } = currentEngine();
  project = await projectFolder({
    Dockerfile:
      'FROM busybox AS made\nRUN mkdir -p /out/deep && echo hi > /out/deep/hi && ln -s deep/hi /out/link && chmod 4755 /out/deep/hi && touch "$(printf "/out/new\\\\nline")" /out/ünïcode\nFROM scratch\nCOPY --from=made /out /\n',
  });
  const target = await mkdtemp(join(tmpdir(), 'manifold-export-'));
  try {
    studio = await StudioApp.launch({ project: project.path });
    await studio.tick('linux/amd64');
    await studio.output('Local folder');
    await studio.configuration
      .getByRole('textbox', { name: 'Destination folder' })
      .fill(join(target, 'ours'));
    await studio.build.click();
    await studio.ended('Succeeded');
    await run(binaries.buildctl, [
      '--addr',
      buildkit.address,
      'build',
      '--frontend=dockerfile.v0',
      '--opt',
      'platform=linux/amd64',
      '--local',
      `context=${project.path}`,
      '--local',
      `dockerfile=${project.path}`,
      '--output',
      `type=local,dest=${join(target, 'theirs')}`,
    ]);
    expect(await describeTree(join(target, 'ours'))).toEqual(await describeTree(join(target, 'theirs')));
  } finally {
    await rm(target, { recursive: true, force: true });
  }
});

test('the OCI archive is whole and holds what the result says', async () => {
  const { binaries } = currentEngine();
  project = await projectFolder({ Dockerfile: greeting, 'shared.txt': 'same\n' });
  studio = await StudioApp.launch({ project: project.path });
  await studio.tick('linux/amd64', 'linux/arm64');
  await studio.output('OCI archive');
  await studio.build.click();
  await studio.ended('Succeeded');
  const [archive] = (await readdir(join(studio.userData, 'outputs'))).filter((name) => name.endsWith('.tar'));
  const path = join(studio.userData, 'outputs', archive!);
  await expect(studio.result).toContainText(archive!);
  const raw = (await run(binaries.skopeo, ['inspect', '--raw', `oci-archive:${path}`])).stdout;
  const digest = `sha256:${createHash('sha256').update(raw).digest('hex')}`;
  await expect(studio.result).toContainText(digest.slice(0, 19));
});

test('cancel stops the step in the daemon within a second', async () => {
  project = await projectFolder({
    Dockerfile: `FROM busybox\nRUN echo waiting-${Date.now()} && sleep 300\n`,
  });
  studio = await StudioApp.launch({ project: project.path });
  await studio.tick('linux/amd64');
  await studio.build.click();
  await expect(await studio.showLog('linux/amd64')).toContainText('waiting-', { timeout: 60_000 });
  const before = Date.now();
  await studio.cancel.click();
  await studio.ended('Cancelled', 5000);
  expect(Date.now() - before).toBeLessThan(2000);
  await expect
    .poll(
      async () => (await run('pgrep', ['-fc', '^sleep 300']).catch(() => ({ stdout: '0' }))).stdout.trim(),
      { timeout: 3000 },
    )
    .toBe('0');
});

test('a failing step is marked at its line, with its exit code and last output', async () => {
  project = await projectFolder({
    Dockerfile: 'FROM busybox\nRUN echo fine\nRUN echo about to break >&2; exit 23\n',
  });
  studio = await StudioApp.launch({ project: project.path });
  await studio.tick('linux/amd64', 'linux/arm64');
  await studio.build.click();
  await studio.ended('Failed');
  await expect(studio.run).toContainText('23');
  await expect(studio.run).toContainText('about to break');
  await studio.page
    .getByRole('tablist', { name: 'Panels' })
    .getByRole('tab', { name: /^Problems/ })
    .click();
  const problem = studio.page.getByRole('list', { name: 'Problems' }).getByRole('listitem').first();
  await expect(problem).toContainText('3');
  await expect(studio.editor.locator('.squiggly-error').first()).toBeVisible();
});

test('a build uses the text on screen, and a broken one is told with its line', async () => {
  project = await projectFolder({ Dockerfile: 'FROM busybox\n' });
  studio = await StudioApp.launch({ project: project.path });
  await studio.tick('linux/amd64');
  await studio.type('FROM busybox\nRUN echo typed-not-saved\n');
  await studio.page.keyboard.press('ControlOrMeta+Enter');
  await studio.ended('Succeeded');
  await expect(await studio.showLog('linux/amd64')).toContainText('typed-not-saved');
  expect(await readFile(join(project.path, 'Dockerfile'), 'utf8')).toBe('FROM busybox\n');

  await studio.type('FROM busybox\nRUM echo hello\n');
  await studio.page.keyboard.press('ControlOrMeta+Enter');
  await studio.ended('Failed');
  await expect(studio.run).toContainText(/unknown instruction: RUM/i);
});

interface Entry {
  path: string;
  mode: number;
  content: string;
  mtimeMs: number;
}

async function describeTree(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const found = entry.isSymbolicLink() ? undefined : await stat(path);
    entries.push({
      path: path.slice(folder.length),
      mode: found?.mode ?? 0,
      mtimeMs: found === undefined || found.isDirectory() ? 0 : Math.floor(found.mtimeMs),
      content: entry.isFile() ? await readFile(path, 'base64') : entry.isSymbolicLink() ? 'link' : 'folder',
    });
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}
