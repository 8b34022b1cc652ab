import { expect, test, type Locator } from '@playwright/test';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder, type ProjectFolder } from '../fixtures/project';
import { StudioApp } from '../pages/studioApp';

let project: ProjectFolder;
let studio: StudioApp;
let folder: string;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-logs-'));
});
test.afterEach(async () => {
  await studio.close();
  await project.remove();
  await rm(folder, { recursive: true, force: true });
});

async function openWith(step: string): Promise<void> {
  project = await projectFolder({ Dockerfile: `FROM busybox\nRUN : ${Date.now()}; ${step}\n` });
  studio = await StudioApp.launch({ project: project.path });
  await studio.tick('linux/amd64');
  await studio.output('Cache only');
}

/** Presses "Save log" and gives back the file that it wrote. */
async function saveLog(): Promise<string> {
  const path = join(folder, 'saved.log');
  await studio.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  await studio.page.getByRole('button', { name: 'Save log' }).click();
  return path;
}

/** The file's last 2000 bytes. */
async function endOf(path: string): Promise<string> {
  const size = await stat(path).then(
    ({ size: bytes }) => bytes,
    () => 0,
  );
  let text = '';
  if (size > 0)
    for await (const part of createReadStream(path, { start: Math.max(0, size - 2000) }))
      text += String(part);
  return text;
}

/** What the terminal has on screen, row by row. */
const rows = (pane: Locator): Promise<string[]> =>
  pane.locator('.xterm-rows > div').evaluateAll((all) => all.map((row) => (row.textContent ?? '').trimEnd()));

test('colours, a progress bar, search, copy and save', async () => {
  await openWith(
    [
      `printf '\\033[31mred %s\\033[0m and plain ones\\n' words`,
      `for i in 10 50 100; do printf "\\rfetching %d%%" $i; sleep 0.2; done; echo`,
      `for i in $(seq 1 300); do echo "row $i"; done`,
      `echo needle one; echo needle two; echo the last line`,
    ].join('; '),
  );
  const { page, app } = studio;
  await studio.build.click();
  await studio.ended('Succeeded');
  const pane = await studio.showLog('linux/amd64');
  await expect(pane).toContainText('the last line');

  const search = page.getByRole('searchbox', { name: 'Search logs' });
  const matches = page.getByRole('status', { name: 'Matches' });
  await page.keyboard.press('ControlOrMeta+F');
  await expect(search).toBeFocused();
  await page.keyboard.type('needle');
  await expect(matches).toHaveText('2 of 2');
  await page.getByRole('button', { name: 'Next match' }).click();
  await expect(matches).toHaveText('1 of 2');
  await page.getByRole('button', { name: 'Previous match' }).click();
  await expect(matches).toHaveText('2 of 2');
  await search.fill('no such words');
  await expect(matches).toHaveText('No match');

  await search.fill('red words');
  await expect(matches).toHaveText('1 of 1');
  await expect.poll(async () => (await rows(pane)).join('\n')).toContain('red words and plain ones');
  // After the timestamp's: the first letter of the match, and the rest of the line.
  const spans = pane
    .locator('.xterm-rows > div')
    .filter({ hasText: /red.words.and.plain/ })
    .locator('span');
  const channels = (span: Locator) =>
    span.evaluate((shown) => (getComputedStyle(shown).color.match(/\d+/g) ?? []).map(Number));
  const [redOfRed = 0, greenOfRed = 0] = await channels(spans.nth(1));
  const [redOfPlain = 0, greenOfPlain = 0] = await channels(spans.last());
  expect(redOfRed - greenOfRed).toBeGreaterThan(60);
  expect(Math.abs(redOfPlain - greenOfPlain)).toBeLessThan(30);
  const shown = (await rows(pane)).filter((row) => /fetching \d/.test(row));
  expect(shown).toEqual([expect.stringMatching(/^ *[\d.]+ fetching 100%$/)]);
  await search.fill('');

  await page.getByRole('button', { name: 'Copy selection or log' }).click();
  const copied = () => app.evaluate(({ clipboard }) => clipboard.readText());
  await expect.poll(copied).toContain('needle two');
  expect(await copied()).toContain('row 300');

  const path = await saveLog();
  await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('the last line');
  const saved = await readFile(path, 'utf8');
  expect(saved).not.toContain('\u001b');
  expect(saved.match(/row \d+$/gm)).toHaveLength(300);
  expect(saved).toContain('red words and plain ones');
});

test('following stops when somebody scrolls up, and goes on at the end', async () => {
  await openWith('i=0; while [ $i -lt 1500 ]; do i=$((i+1)); echo "tick $i"; sleep 0.02; done');
  const { page } = studio;
  await studio.build.click();
  const pane = await studio.showLog('linux/amd64');
  await expect(pane).toContainText('tick 80', { timeout: 60_000 });
  const follow = page.getByRole('button', { name: 'Follow the newest line' });
  await expect(follow).toHaveAttribute('aria-pressed', 'true');

  await pane.getByRole('group').hover();
  await page.mouse.wheel(0, -600);
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  const held = await rows(pane);
  await page.waitForTimeout(1500);
  expect(await rows(pane)).toEqual(held);

  await follow.click();
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  const newest = async () =>
    Math.max(...(await rows(pane)).map((row) => Number(/tick (\d+)/.exec(row)?.[1] ?? 0)));
  const before = await newest();
  await expect.poll(newest).toBeGreaterThan(before + 20);
  await pane.getByRole('group').hover();
  await page.mouse.wheel(0, -600);
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  await pane.getByRole('group').focus();
  await page.keyboard.press('End');
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
});

interface Flood {
  /** Frame gaps: 95 of 100 are within this, in milliseconds. */
  usual: number;
  longest: number;
  slowestEcho: number;
  peakKiB: number;
}

/** Builds, and measures how the window answers until the build has ended. */
async function measureFlood(): Promise<Flood> {
  const { page, app } = studio;
  await page.evaluate(() => {
    const watch = { gaps: [] as number[], over: false };
    Object.assign(window, { __frames: watch });
    let last = performance.now();
    const next = (now: number): void => {
      watch.gaps.push(now - last);
      last = now;
      if (!watch.over) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await studio.build.click();
  await expect(studio.status).toHaveText(/^(Preparing|Running)/);
  await studio.showLog('linux/amd64');
  const rendererKiB = () =>
    app.evaluate(({ app: electron }) =>
      Math.max(
        ...electron
          .getAppMetrics()
          .filter(({ type }) => type === 'Tab')
          .map(({ memory }) => memory.workingSetSize),
      ),
    );
  let peakKiB = 0;
  let slowestEcho = 0;
  const search = page.getByRole('searchbox', { name: 'Search logs' });
  while (/^(Preparing|Running)/.test((await studio.status.textContent()) ?? '')) {
    peakKiB = Math.max(peakKiB, await rendererKiB());
    slowestEcho = Math.max(
      slowestEcho,
      await search.evaluate(async (input: HTMLInputElement) => {
        const start = performance.now();
        input.focus();
        await new Promise((resolve) => requestAnimationFrame(resolve));
        return performance.now() - start;
      }),
    );
    await page.waitForTimeout(100);
  }
  await studio.ended('Succeeded');
  await expect(page.getByRole('region', { name: 'Log linux/amd64', exact: true })).toContainText(
    `line ${floodLines}`,
  );
  peakKiB = Math.max(peakKiB, await rendererKiB());
  const gaps = await page.evaluate(() => {
    const { __frames: watch } = window as unknown as { __frames: { gaps: number[]; over: boolean } };
    watch.over = true;
    return watch.gaps;
  });
  gaps.sort((one, other) => one - other);
  const longest = gaps.at(-1) ?? Infinity;
  const usual = gaps[Math.floor(gaps.length * 0.95)] ?? Infinity;
  console.log(
    `frame gaps: 95 % within ${usual.toFixed(0)} ms, longest ${longest.toFixed(0)} ms of ${gaps.length}; slowest echo ${slowestEcho.toFixed(0)} ms; renderer ${(peakKiB / 1024).toFixed(0)} MiB`,
  );
  return { usual, longest, slowestEcho, peakKiB };
}

const floodLines = 1_000_000;

test('a million lines: the window answers, memory stays bounded, and the saved log has every line', async () => {
  const count = floodLines;
  const filler = 'x'.repeat(100);
  await openWith(`seq 1 ${count} | sed 's/$/ ${filler}/; s/^/line /'`);
  // The step itself takes every core: what else the machine does may spoil one measurement, but not two.
  let flood = await measureFlood();
  if (flood.usual >= 500) {
    await studio.type(`FROM busybox\nRUN seq 1 ${count} | sed 's/$/ ${filler}/; s/^/line /' # again\n`);
    flood = await measureFlood();
  }
  const pane = studio.page.getByRole('region', { name: 'Log linux/amd64', exact: true });
  expect(flood.usual).toBeLessThan(500);
  expect(flood.longest).toBeLessThan(3000);
  expect(flood.slowestEcho).toBeLessThan(1000);
  const { peakKiB } = flood;
  expect(peakKiB / 1024).toBeLessThan(700);
  await expect(pane).toContainText('earlier lines are in the saved log');

  const path = await saveLog();
  await expect.poll(() => endOf(path), { timeout: 60_000 }).toContain(`line ${count} ${filler}`);
  expect((await stat(path)).size).toBeGreaterThan(100_000_000);
  let expected = 1;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.includes(`line ${expected} ${filler}`)) expected++;
  }
  expect(expected - 1).toBe(count);
});
