/**
 * Colours a Dockerfile line by line. Monaco's declarative grammars can't hold a queue of open heredocs, so this is a
 * tokenizer by hand; what is colour and what is not follows BuildKit's parser (escape directive, continuation lines,
 * comments inside of continuations, flags before arguments, heredocs of RUN, COPY and ADD).
 */

import { heredocLanguage, shebangLanguage } from '../../../shared/dockerfile/language';
import type { InnerLanguage } from '../../../shared/dockerfile/language';
import { innerLine } from './innerTokens';
import type { InnerState } from './innerTokens';
import type { Token, TokenKind } from './token';

interface Heredoc {
  readonly name: string;
  /** `<<-`: tabs before the closing line don't count. */
  readonly stripTabs: boolean;
  /** False when the name was quoted: then variables stay as they are. */
  readonly expand: boolean;
  /** What its body is written in, where that is evident. */
  readonly language?: InnerLanguage;
}

/** What a line leaves behind for the next one. */
export interface LineState {
  readonly escape: '\\' | '`';
  /** Parser directives are allowed until anything else was seen. */
  readonly directives: boolean;
  /** The instruction that goes on on the next line; '' between instructions. */
  readonly keyword: string;
  /** Flags stand before the first argument only. */
  readonly flags: boolean;
  /** Arguments seen so far in the instruction. */
  readonly words: number;
  /** A string that goes on after a continuation. */
  readonly quote: '' | '"' | "'";
  /** Heredocs in the order of their bodies. The first one is open when `inHeredoc`. */
  readonly heredocs: readonly Heredoc[];
  readonly inHeredoc: boolean;
  /** The arguments of an instruction that announces heredocs or goes on; '' otherwise. */
  readonly args: string;
  /** Inside of a body: whether its first line was seen, and the string that goes on. */
  readonly bodyBegun: boolean;
  readonly inner: InnerState;
}

export const initialState: LineState = {
  escape: '\\',
  directives: true,
  keyword: '',
  flags: false,
  words: 0,
  quote: '',
  heredocs: [],
  inHeredoc: false,
  args: '',
  bodyBegun: false,
  inner: '',
};

const instructions = new Set(
  (
    'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER ' +
    'VOLUME WORKDIR'
  ).split(' '),
);
const heredocInstructions = new Set(['ADD', 'COPY', 'RUN']);
const variable = /\$(?:[A-Za-z_]\w*|\d|\{[^}\s]*\})/y;
const heredocWord = /\d*<<(-?)(?:"([^"\s]+)"|'([^'\s]+)'|([^\s<'"]+))/y;
const flagWord = /--[A-Za-z][\w-]*(?:=|(?=\s|$))/y;

/** Colours one line. Equal input gives equal output, and `state` is not changed. */
export function tokenizeLine(line: string, state: LineState): { tokens: Token[]; endState: LineState } {
  if (state.inHeredoc) return heredocLine(line, state);
  if (/^\s*$/.test(line)) {
    return {
      tokens: [{ startIndex: 0, kind: '' }],
      endState: state.directives ? { ...state, directives: false } : state,
    };
  }
  if (/^\s*#/.test(line)) return commentLine(line, state);
  return new InstructionLine(line, state).tokenize();
}

function commentLine(line: string, state: LineState): { tokens: Token[]; endState: LineState } {
  const directive = state.directives ? /^\s*#\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) : null;
  const known =
    directive !== null && ['syntax', 'escape', 'check'].includes((directive[1] ?? '').toLowerCase());
  const escape = known && /^escape$/i.test(directive[1] ?? '') && directive[2] === '`' ? '`' : state.escape;
  return {
    tokens: [{ startIndex: 0, kind: 'comment' }],
    endState: { ...state, escape, directives: state.directives && known },
  };
}

function heredocLine(line: string, state: LineState): { tokens: Token[]; endState: LineState } {
  const [open, ...rest] = state.heredocs;
  if (open === undefined) return tokenizeLine(line, { ...state, inHeredoc: false });
  if ((open.stripTabs ? line.replace(/^\t+/, '') : line) === open.name) {
    return {
      tokens: [{ startIndex: 0, kind: 'flag' }],
      endState: { ...state, heredocs: rest, inHeredoc: rest.length > 0, bodyBegun: false, inner: '' },
    };
  }
  const asked = state.bodyBegun ? undefined : shebangLanguage(line);
  const language = asked ?? open.language;
  if (language !== undefined) {
    const { tokens, endState: inner } = innerLine(line, language, state.inner);
    const heredocs = asked === undefined ? state.heredocs : [{ ...open, language }, ...rest];
    return { tokens, endState: { ...state, heredocs, bodyBegun: true, inner } };
  }
  const tokens: Token[] = [{ startIndex: 0, kind: 'string' }];
  if (open.expand) {
    for (const match of line.matchAll(new RegExp(variable.source, 'g'))) {
      const escaped = line[match.index - 1] === state.escape;
      if (!escaped) add(tokens, match.index, 'variable', match.index + match[0].length, 'string');
    }
  }
  return {
    tokens: tokens.filter(({ startIndex }) => startIndex === 0 || startIndex < line.length),
    endState: state.bodyBegun ? state : { ...state, bodyBegun: true },
  };
}

/** Adds a token, merging it with an equal one before it; `afterKind` goes on behind its end. */
function add(
  tokens: Token[],
  startIndex: number,
  kind: TokenKind,
  end?: number,
  afterKind?: TokenKind,
): void {
  const last = tokens.at(-1);
  if (last?.startIndex === startIndex) last.kind = kind;
  else if (last?.kind !== kind) tokens.push({ startIndex, kind });
  if (end !== undefined && afterKind !== undefined) tokens.push({ startIndex: end, kind: afterKind });
}

class InstructionLine {
  readonly #line: string;
  readonly #start: LineState;
  readonly #tokens: Token[] = [];
  readonly #heredocs: Heredoc[];
  /** Where the escape character of a continuation stands, or the line's end. */
  readonly #end: number;
  #at = 0;
  #keyword: string;
  #flags: boolean;
  #words: number;
  #quote: LineState['quote'];
  /** Where the arguments begin on this line; undefined until then. */
  #argsAt: number | undefined;

  constructor(line: string, state: LineState) {
    this.#line = line;
    this.#start = state;
    this.#keyword = state.keyword;
    this.#flags = state.flags;
    this.#words = state.words;
    this.#quote = state.quote;
    this.#heredocs = [...state.heredocs];
    this.#argsAt = state.args === '' ? undefined : 0;
    const continuation = state.escape === '\\' ? /(?:^|[^\\])\\[ \t]*$/ : /(?:^|[^`])`[ \t]*$/;
    this.#end = continuation.test(line) ? line.lastIndexOf(state.escape) : line.length;
  }

  tokenize(): { tokens: Token[]; endState: LineState } {
    while (this.#at < this.#end) this.#next();
    const continues = this.#end < this.#line.length;
    if (continues) this.#emit(this.#end, this.#quote === '' ? '' : 'string');
    const base = { escape: this.#start.escape, directives: false };
    if (continues) {
      return {
        tokens: this.#tokens,
        endState: {
          ...base,
          keyword: this.#keyword,
          flags: this.#flags,
          words: this.#words,
          quote: this.#quote,
          heredocs: this.#heredocs,
          inHeredoc: false,
          args: this.#args(),
          bodyBegun: false,
          inner: '',
        },
      };
    }
    const keyword = this.#keyword;
    const args = this.#heredocs.length === 0 ? '' : this.#args();
    const language = args === '' ? undefined : heredocLanguage(keyword, args);
    const heredocs =
      language === undefined ? this.#heredocs : this.#heredocs.map((heredoc) => ({ ...heredoc, language }));
    return {
      tokens: this.#tokens,
      endState: { ...initialState, ...base, heredocs, inHeredoc: heredocs.length > 0 },
    };
  }

  /** The arguments so far: on the first line without the instruction and its flags, then all that follows. */
  #args(): string {
    if (this.#argsAt === undefined) return this.#start.args;
    return this.#start.args + this.#line.slice(this.#argsAt, this.#end);
  }

  #emit(startIndex: number, kind: TokenKind): void {
    add(this.#tokens, startIndex, kind);
  }

  #take(kind: TokenKind, length: number): void {
    this.#emit(this.#at, kind);
    this.#at += length;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#line);
    return match !== null && this.#at + match[0].length <= this.#end ? match : null;
  }

  #next(): void {
    const character = this.#line[this.#at] ?? '';
    if (this.#quote !== '') return this.#insideQuotes(character);
    if (/\s/.test(character)) return this.#take('', 1);
    const atWord = this.#at === 0 || /\s/.test(this.#line[this.#at - 1] ?? '');
    if (this.#keyword === '') return this.#instruction();
    if (atWord && this.#wordStart()) return;
    this.#insideWord(character);
  }

  #instruction(): void {
    const word = this.#wordAt();
    const known = instructions.has(word.toUpperCase());
    this.#keyword = known ? word.toUpperCase() : 'UNKNOWN';
    this.#flags = true;
    this.#words = 0;
    this.#take(known ? 'keyword' : '', word.length);
  }

  /** What only the start of a word can be. Returns false when it is an ordinary word. */
  #wordStart(): boolean {
    if (this.#flags) {
      const flag = this.#match(flagWord);
      if (flag !== null) {
        this.#take('flag', flag[0].length);
        return true;
      }
    }
    const inFlag = this.#flags && this.#line.startsWith('--', this.#at);
    if (!inFlag) {
      this.#flags = false;
      this.#argsAt ??= this.#at;
    }
    const index = this.#words++;
    const word = this.#wordAt();
    if (this.#keyword === 'ONBUILD' || (this.#keyword === 'HEALTHCHECK' && index === 0)) {
      if (instructions.has(word.toUpperCase()) || word.toUpperCase() === 'NONE') {
        this.#take('keyword', word.length);
        if (this.#keyword === 'ONBUILD') {
          this.#keyword = word.toUpperCase();
          this.#flags = true;
          this.#words = 0;
          this.#argsAt = undefined;
        }
        return true;
      }
    }
    if (this.#keyword === 'FROM' && index === 1 && word.toUpperCase() === 'AS') {
      this.#take('keyword', word.length);
      return true;
    }
    if (heredocInstructions.has(this.#keyword)) {
      const heredoc = this.#match(heredocWord);
      if (heredoc !== null) {
        const [text, dash, double, single, plain] = heredoc;
        this.#heredocs.push({
          name: double ?? single ?? plain ?? '',
          stripTabs: dash === '-',
          expand: plain !== undefined,
        });
        this.#take('flag', text.length);
        return true;
      }
    }
    const declares =
      this.#keyword === 'ARG' || (this.#keyword === 'ENV' && (index === 0 || word.includes('=')));
    const name = declares ? this.#match(/[A-Za-z_][\w.-]*/y) : null;
    if (name !== null) {
      this.#take('variable', name[0].length);
      return true;
    }
    return false;
  }

  #insideWord(character: string): void {
    const next = this.#line[this.#at + 1];
    if (character === this.#start.escape && next !== undefined) return this.#take(this.#plain(), 2);
    if (character === '"' || character === "'") {
      this.#quote = character;
      return this.#take('string', 1);
    }
    const found = this.#match(variable);
    if (found !== null) return this.#take('variable', found[0].length);
    this.#take(this.#plain(), 1);
  }

  #insideQuotes(character: string): void {
    if (character === this.#start.escape && this.#quote === '"' && this.#at + 1 < this.#end)
      return this.#take('string', 2);
    if (character === this.#quote) {
      this.#quote = '';
      return this.#take('string', 1);
    }
    const found = this.#quote === '"' ? this.#match(variable) : null;
    if (found !== null) return this.#take('variable', found[0].length);
    this.#take('string', 1);
  }

  /** The base image of FROM is coloured like a string. */
  #plain(): TokenKind {
    return this.#keyword === 'FROM' && this.#words === 1 ? 'string' : '';
  }

  #wordAt(): string {
    const rest = this.#line.slice(this.#at, this.#end);
    const end = rest.search(/\s/);
    return end < 0 ? rest : rest.slice(0, end);
  }
}

/** Whether two states colour the rest of a file alike. */
export function sameState(a: LineState, b: LineState): boolean {
  return (
    a.escape === b.escape &&
    a.directives === b.directives &&
    a.keyword === b.keyword &&
    a.flags === b.flags &&
    a.words === b.words &&
    a.quote === b.quote &&
    a.inHeredoc === b.inHeredoc &&
    a.args === b.args &&
    a.bodyBegun === b.bodyBegun &&
    a.inner === b.inner &&
    a.heredocs.length === b.heredocs.length &&
    a.heredocs.every((heredoc, index) => {
      const other = b.heredocs[index];
      return (
        heredoc.name === other?.name &&
        heredoc.stripTabs === other.stripTabs &&
        heredoc.expand === other.expand &&
        heredoc.language === other.language
      );
    })
  );
}
