import type { Instruction } from './syntax';

/** Splits the text of one instruction, with its continuation lines joined, into keyword, flags and the rest. */
export function splitInstruction(text: string, escape: string): Omit<Instruction, 'lines'> {
  const trimmed = text.trim();
  const space = trimmed.search(/[\t\v\f\r ]/);
  if (space < 0) return { keyword: trimmed.toUpperCase(), flags: [], rest: '' };
  const { flags, restAt } = readFlags(trimmed, space, escape);
  return { keyword: trimmed.slice(0, space).toUpperCase(), flags, rest: trimmed.slice(restAt).trim() };
}

/** Reads the words that start with `--`, from `from` on; a bare `--` ends them. */
function readFlags(text: string, from: number, escape: string): { flags: string[]; restAt: number } {
  const flags: string[] = [];
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
    if (!text.startsWith('--', at)) return { flags, restAt: at };
    let flag = '';
    let quote = '';
    for (; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (character === escape) {
        at += 1;
        flag += text[at] ?? '';
      } else if (quote !== '') {
        if (character === quote) quote = '';
        else flag += character;
      } else if (character === '"' || character === "'") quote = character;
      else if (/\s/.test(character)) break;
      else flag += character;
    }
    if (flag === '--') return { flags, restAt: at };
    flags.push(flag);
  }
}

const heredocKeyword = /^\s*(ONBUILD|RUN|COPY|ADD)[\t\v\f\r ]/i;

/** Whether `<<word` means a heredoc in an instruction of this text. */
export function mayHaveHeredoc(text: string, escape: string): boolean {
  const found = heredocKeyword.exec(text)?.[1];
  if (found === undefined) return false;
  if (found.length < 'ONBUILD'.length && !text.includes('[')) return true;
  const outer = splitInstruction(text, escape);
  const { keyword, rest } = outer.keyword === 'ONBUILD' ? splitInstruction(outer.rest, escape) : outer;
  return ['RUN', 'COPY', 'ADD'].includes(keyword) && !isJsonArray(rest);
}

function isJsonArray(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
