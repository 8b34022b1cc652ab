/** Lines of the file, 1-based and inclusive. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** The parser directives at the top of the file. */
export interface Directives {
  /** The frontend image, options included, as in `# syntax=docker/dockerfile:1`. */
  readonly syntax?: string;
  readonly check?: string;
  readonly escape: '\\' | '`';
}

/** One instruction, with its continuation lines joined and the comments between them left out. */
export interface Instruction {
  /** In capitals; may be a word that no Dockerfile knows. */
  readonly keyword: string;
  /** The leading `--name=value` words, without their quotes. */
  readonly flags: readonly string[];
  /** The text after the flags. */
  readonly rest: string;
  /** From the keyword to the last continuation line or heredoc terminator. */
  readonly lines: LineRange;
}

export interface ArgDeclaration {
  readonly name: string;
  /** As written, with its quotes and variables; absent when the ARG has none. */
  readonly default?: string;
  readonly line: number;
}

/** What a stage takes files from besides its base: a stage's name or number, or an image. */
export interface StageSource {
  readonly kind: 'copy' | 'mount';
  readonly from: string;
  readonly lines: LineRange;
}

export interface Stage {
  /** Counted from 0. */
  readonly index: number;
  /** Lower case, as BuildKit compares them; absent without `AS`. */
  readonly name?: string;
  /** As written, variables included; empty in an unfinished `FROM`. */
  readonly base: string;
  /** The value of `--platform`, as written. */
  readonly platformFlag?: string;
  /** From its FROM to its last instruction. */
  readonly lines: LineRange;
  /** Without the FROM. */
  readonly instructions: readonly Instruction[];
  readonly args: readonly ArgDeclaration[];
  readonly sources: readonly StageSource[];
  /** Sources of its ONBUILD triggers: they take effect in the stages that are built directly on this one. */
  readonly triggerSources: readonly StageSource[];
}

export interface DockerfileSyntax {
  readonly directives: Directives;
  /** Those before the first FROM. */
  readonly globalArgs: readonly ArgDeclaration[];
  readonly stages: readonly Stage[];
}
