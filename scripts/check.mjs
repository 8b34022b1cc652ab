/**
 * `npm run check`: types, lint, import rules, generated code, dead code, packaging, format. Two at a time.
 */
import { listChecks } from './setup/checks.mjs';
import { CommandFailed } from './setup/command.mjs';
import { ensureNodeModules } from './setup/nodeModules.mjs';
import { elapsed, reportFailure, say } from './setup/output.mjs';

const AT_ONCE = 2;

/** @returns {Promise<string[]>} names of the checks that failed */
async function runChecks() {
  const waiting = listChecks();
  /** @type {string[]} */
  const failed = [];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const start = Date.now();
      try {
        await check.run();
        say(`ok      ${check.name} (${elapsed(start)})`);
      } catch (error) {
        failed.push(check.name);
        const said = error instanceof CommandFailed && error.output !== '' ? error.output : String(error);
        say(`failed  ${check.name} (${elapsed(start)})\n${said.replace(/^/gm, '        ')}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failed;
}

try {
  await ensureNodeModules();
  const failed = await runChecks();
  say(failed.length === 0 ? 'check: all ok' : `check: failed: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
