/**
 * `npm test [-- FILTER]`: checks, unit and integration tests, then end-to-end tests on the real app and engine.
 * A filter goes to vitest and Playwright, where it selects files by name. The last line counts the tests; a part
 * that fails without a failed test counts as one.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { packageProgram } from './setup/command.mjs';
import { ensureNodeModules } from './setup/nodeModules.mjs';
import { reportFailure, say } from './setup/output.mjs';
import { runInFront } from './setup/processGroup.mjs';
import { projectFolder } from './setup/projectFolder.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** @type {string[]} */
const failedParts = [];

/** @param {string} file @param {(report: any) => Count} read @returns {Promise<Count>} zeros without a report */
async function countIn(file, read) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? { passed: 0, failed: 0, skipped: 0 } : read(JSON.parse(text));
}

/**
 * @param {string} name
 * @param {string[]} command
 * @param {{ env?: NodeJS.ProcessEnv, count: () => Promise<Count> }} options
 * @returns {Promise<Count>}
 */
async function runPart(name, command, { env, count }) {
  say(`\n${name}`);
  const [program, ...args] = /** @type {[string, ...string[]]} */ (command);
  const code = await runInFront(program, args, { cwd: projectFolder, ...(env === undefined ? {} : { env }) });
  const counted = await count();
  if (code === 0) return counted;
  // Whoever stops one part means all of them.
  if (code === 128 + constants.signals.SIGINT || code === 128 + constants.signals.SIGTERM) {
    throw new Error(`${name}: stopped`);
  }
  say(`${name}: failed (exit code ${code})`);
  failedParts.push(name);
  return { ...counted, failed: Math.max(1, counted.failed) };
}

/** @param {string} reports folder for the reporters' files */
async function test(reports) {
  const filter = process.argv.slice(2);
  const vitestReport = path.join(reports, 'vitest.json');
  const playwrightReport = path.join(reports, 'playwright.json');
  const counts = [
    await runPart('Checks', [process.execPath, path.join(projectFolder, 'scripts', 'check.mjs')], {
      count: () => Promise.resolve({ passed: 0, failed: 0, skipped: 0 }),
    }),
    await runPart(
      'Unit and integration tests',
      [
        ...[packageProgram('vitest'), 'run', '--reporter=default', '--reporter=json'],
        ...[
          `--outputFile.json=${vitestReport}`,
          ...(filter.length > 0 ? ['--passWithNoTests'] : []),
          ...filter,
        ],
      ],
      {
        count: () =>
          countIn(vitestReport, (report) => ({
            passed: report.numPassedTests,
            failed: report.numFailedTests,
            skipped: report.numPendingTests + report.numTodoTests,
          })),
      },
    ),
    await runPart(
      'End-to-end tests',
      [
        ...[packageProgram('playwright'), 'test', '--reporter=list,json'],
        ...(filter.length > 0 ? ['--pass-with-no-tests'] : []),
        ...filter,
      ],
      {
        env: { PLAYWRIGHT_JSON_OUTPUT_NAME: playwrightReport },
        count: () =>
          countIn(playwrightReport, ({ stats }) => ({
            passed: stats.expected + stats.flaky,
            failed: stats.unexpected,
            skipped: stats.skipped,
          })),
      },
    ),
  ];
  return counts.reduce((sum, part) => ({
    passed: sum.passed + part.passed,
    failed: sum.failed + part.failed,
    skipped: sum.skipped + part.skipped,
  }));
}

try {
  await ensureNodeModules();
  const reports = await mkdtemp(path.join(tmpdir(), 'manifold-reports-'));
  try {
    const { passed, failed, skipped } = await test(reports);
    if (failedParts.length > 0) say(`\nFailed, see above: ${failedParts.join(', ')}`);
    say(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
