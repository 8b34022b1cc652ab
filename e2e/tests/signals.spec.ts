import { expect, test } from '@playwright/test';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { currentEngine } from '../engine/globalSetup';
import { projectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} in mid-build: asks nothing, cancels the build, stops the local daemon`, async () => {
    const userData = await mkdtemp(join(tmpdir(), 'manifold-e2e-'));
    const { host } = currentEngine().registry;
    const config = join(userData, 'buildkitd.toml');
    await writeFile(
      config,
      `[registry."docker.io"]\nmirrors = ["${host}"]\n[registry."${host}"]\nhttp = true\n`,
    );
    const command = `sleep ${signal === 'SIGTERM' ? 4 : 5}${process.pid}`;
    const project = await projectFolder({ Dockerfile: `FROM busybox\nRUN echo begun; ${command}\n` });
    const studio = await StudioApp.launch({
      userData,
      project: project.path,
      builder: 'local',
      env: { MANIFOLD_BUILDKITD_CONFIG: config },
    });
    await studio.tick('linux/amd64');
    await studio.build.click();
    await expect.poll(() => isRunning(command), { timeout: 60_000 }).toBe(true);

    const app = studio.app.process();
    const ended = once(app, 'exit');
    const before = Date.now();
    app.kill(signal);
    await ended;
    expect(Date.now() - before).toBeLessThan(12_000);
    expect(await isRunning(command)).toBe(false);
    expect(await promisify(execFile)('pgrep', ['-f', `buildkitd .*${userData}`]).catch(() => 'none')).toBe(
      'none',
    );
    const folders = await readdir(join(userData, 'builds'), { withFileTypes: true });
    const [build] = folders.filter((entry) => entry.isDirectory());
    const record = await readFile(join(userData, 'builds', build!.name, 'record.json'), 'utf8');
    expect(JSON.parse(record)).toMatchObject({ summary: { status: 'cancelled' } });
    await project.remove();
    await rm(userData, { recursive: true, force: true });
  });
}

async function isRunning(command: string): Promise<boolean> {
  return promisify(execFile)('pgrep', ['-fx', command]).then(
    () => true,
    () => false,
  );
}
