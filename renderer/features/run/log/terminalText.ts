/**
 * Makes one line of a step's output fit for a terminal that shows many steps: colours stay, and everything that could
 * move the cursor, set a title, open a link or touch the clipboard goes. Carriage returns and backspaces have the
 * effect they would have had (a progress bar shows its last state).
 */
export function terminalText(line: string): string {
  if (!control.test(line)) return line;
  return withoutBackspaces(lastState(line.replace(sequence, keepColour))).replace(leftover, '');
}

const esc = '\u001b';
/** CSI with its parameters and final byte; OSC, DCS, PM, APC and SOS up to their end; two-character escapes. */
const sequence = new RegExp(
  [
    `(?:${esc}\\[|\\u009b)([0-?]*)([ -/]*[@-~])`,
    `(?:${esc}[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|${esc}\\\\|\\u009c|$)`,
    `${esc}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);

const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

const leftover = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g;

function keepColour(_: string, parameters: string | undefined, final: string | undefined): string {
  return final === 'm' && /^[\d;:]*$/.test(parameters ?? '') ? `${esc}[${parameters}m` : '';
}

/** What stands on the line after its carriage returns: the last part that holds something. */
function lastState(line: string): string {
  if (!line.includes('\r')) return line;
  const parts = line.split('\r');
  return parts.findLast((part) => plainText(part).trim() !== '') ?? parts.at(-1) ?? '';
}

/** A backspace takes back the character before it, never a colour. */
function withoutBackspaces(line: string): string {
  if (!line.includes('\b')) return line;
  const kept: string[] = [];
  for (const [token] of line.matchAll(colourOrCharacter)) {
    if (token !== '\b') kept.push(token);
    else {
      const at = kept.findLastIndex((other) => other.length <= 2);
      if (at >= 0) kept.splice(at, 1);
    }
  }
  return kept.join('');
}

const colour = /\u001b\[[\d;:]*m/g;

const colourOrCharacter = /\u001b\[[\d;:]*m|[^]/gu;

/** The text without its colours; `line` must have gone through {@link terminalText}. */
export function plainText(line: string): string {
  return line.includes(esc) ? line.replace(colour, '') : line;
}

const longestColourState = 128;

/**
 * The colour sequences that are still in force after `line`, so that the step's next line can begin with them.
 * @param before those in force before it
 */
export function colourAfter(before: string, line: string): string {
  if (!line.includes(esc)) return before;
  let state = before;
  for (const [found] of line.matchAll(colour)) {
    const parameters = found.slice(2, -1);
    if (parameters === '' || /^0+$/.test(parameters)) state = '';
    else state = /^0+[;:]/.test(parameters) ? found : state + found;
  }
  return state.length > longestColourState ? '' : state;
}

/** Cuts plain text so that it takes up at most `columns` cells; wide characters take two. */
export function cutToColumns(text: string, columns: number): string {
  let used = 0;
  let result = '';
  for (const character of text) {
    used += wide.test(character) ? 2 : 1;
    if (used > columns) return result;
    result += character;
  }
  return result;
}

/** Scripts and symbols that terminals draw over two cells. Too many are better than too few here. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff00-\uff60]/u;
