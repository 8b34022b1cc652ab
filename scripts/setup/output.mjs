/**
 * One line of output for each step of the set-up, and signs of life while a long one runs.
 */
const REPEAT_MS = 15_000;

/** @param {number} since `Date.now()` of the start @returns {string} e.g. `0.3 s`, `1 min 5 s` */
export function elapsed(since) {
  const seconds = (Date.now() - since) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs one step and prints one line about it when it's over. While it runs, a terminal shows what it does
 * and for how long, in place; a log file gets a line every 15 seconds.
 * @template T
 * @param {string} title what the step provides, e.g. `Electron`
 * @param {(progress: (doing: string) => void) => Promise<{ summary: string, value: T }>} work `progress`
 *   says what is being done now; `summary` is the rest of the closing line
 * @returns {Promise<T>} the step's `value`
 */
export async function step(title, work) {
  const start = Date.now();
  const terminal = process.stdout.isTTY === true;
  let doing = '';
  const show = () => {
    if (doing === '') return;
    const line = `${title}: ${doing} (${elapsed(start)})`;
    process.stdout.write(terminal ? `\r\x1b[K${line}` : `${line}\n`);
  };
  const timer = setInterval(show, terminal ? 500 : REPEAT_MS);
  const clear = () => {
    clearInterval(timer);
    if (terminal) process.stdout.write('\r\x1b[K');
  };
  try {
    const { summary, value } = await work((text) => {
      const first = doing === '';
      doing = text;
      if (first || terminal) show();
    });
    clear();
    say(`${title}: ${summary} (${elapsed(start)})`);
    return value;
  } catch (error) {
    clear();
    say(`${title}: failed (${elapsed(start)})`);
    throw error;
  }
}

/**
 * Prints an error the way a person can act on it, without a stack, and its causes below it.
 * @param {unknown} error
 */
export function reportFailure(error) {
  const lines = [];
  for (let current = error; current !== undefined && current !== null;) {
    const message = current instanceof Error ? current.message : String(current);
    lines.push(lines.length === 0 ? message : `  cause: ${message}`);
    current = current instanceof Error ? current.cause : undefined;
  }
  process.stderr.write(`\n${lines.join('\n')}\n`);
}
