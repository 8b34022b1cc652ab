/** A replacement in a text. Offsets are UTF-16 units; the edits of one fix don't overlap. */
export interface TextEdit {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly text: string;
}

export const fixKinds = [
  'lowercase-stage-name',
  'match-as-keyword',
  'recase-instruction',
  'rename-stage',
  'json-arguments',
  'shell-arguments',
  'key-equals-value',
  'label-authors',
  'remove-instruction',
  'remove-empty-lines',
  'remove-platform',
  'build-platform',
  'absolute-workdir',
  'use-variable',
  'declare-argument',
  'default-tag',
  'lowercase-protocol',
  'container-port-only',
  'describe',
  'separate-comment',
  'ignore-rule',
] as const;
export type FixKind = (typeof fixKinds)[number];

/** A way to make a check content. */
export interface Fix {
  /** What it does; the page has a text for each. */
  readonly kind: FixKind;
  /** What the text names, such as the stage. */
  readonly values: Readonly<Record<string, string>>;
  readonly edits: readonly TextEdit[];
}

/** What a check of BuildKit's complained about; lines are 1-based and inclusive. */
export interface Violation {
  readonly rule: string;
  /** BuildKit's message, which names what is wrong. */
  readonly message: string;
  readonly startLine: number;
  readonly endLine: number;
  /** The platforms that it concerns; none means all. */
  readonly platforms?: readonly string[];
}
