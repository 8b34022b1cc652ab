import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { SourceRange } from '../status';

/** One violation of a check, as the frontend tells it. */
export interface LintWarning {
  /** Such as `StageNameCasing`. */
  readonly rule: string;
  /** What the rule asks for in general. */
  readonly description: string;
  /** Where the rule is explained; empty for a few. */
  readonly url: string;
  /** What is wrong here. */
  readonly message: string;
  /** Lines are 1-based; empty when it has no place in the file. */
  readonly ranges: readonly SourceRange[];
}

export interface LintAnswer {
  readonly warnings: readonly LintWarning[];
  /** Why the Dockerfile can't be built at all; what comes behind that place was not checked. */
  readonly error?: { readonly message: string; readonly ranges: readonly SourceRange[] };
}

export interface OutlineArg {
  readonly name: string;
  /** What its comment says. */
  readonly description: string;
  /** The value it has in this build; empty when it has none. */
  readonly value: string;
  readonly ranges: readonly SourceRange[];
}

export interface OutlineMount {
  readonly id: string;
  /** The build fails without it. */
  readonly required: boolean;
}

/** What the target stage, with the stages it needs, can be given. */
export interface OutlineAnswer {
  readonly args: readonly OutlineArg[];
  readonly secrets: readonly OutlineMount[];
  readonly ssh: readonly OutlineMount[];
}

export interface TargetStage {
  /** Lower case; empty for a stage without a name. */
  readonly name: string;
  /** The one that is built when none is named. */
  readonly default: boolean;
  /** What its comment says. */
  readonly description: string;
  /** As written, variables included. */
  readonly base: string;
  /** The value of `--platform`, as written; empty without one. */
  readonly platform: string;
}

/* Go's JSON leaves zero values out and writes absent lists as null. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const position = z
  .object({ line: count, character: count })
  .nullish()
  .transform((value) => value ?? { line: 0, character: 0 });
/** To the ranges alone. A source index below zero means "no place". */
const location = z
  .object({ sourceIndex: count, ranges: list(z.object({ start: position, end: position })) })
  .nullish()
  .transform((value): readonly SourceRange[] =>
    value === null || value === undefined || value.sourceIndex < 0 ? [] : value.ranges,
  );

const lint = z.object({
  warnings: list(z.object({ ruleName: z.string(), description: text, url: text, detail: text, location })),
  buildError: z.object({ message: text, location }).nullish(),
});
const mounts = list(z.object({ name: text, required: flag }));
const outline = z.object({
  args: list(z.object({ name: z.string(), description: text, value: text, location })),
  secrets: mounts,
  ssh: mounts,
});
const targets = z.object({
  targets: list(z.object({ name: text, default: flag, description: text, base: text, platform: text })),
});

/** Reads the JSON of `frontend.lint`. Throws when it is none. */
export function readLint(json: Uint8Array): LintAnswer {
  const { warnings, buildError } = lint.parse(parse(json));
  return {
    warnings: warnings.map(({ ruleName, description, url, detail, location }) => ({
      rule: ruleName,
      description,
      url,
      message: detail,
      ranges: location,
    })),
    ...(buildError && { error: { message: buildError.message, ranges: buildError.location } }),
  };
}

/** Reads the JSON of `frontend.outline`. Throws when it is none. */
export function readOutline(json: Uint8Array): OutlineAnswer {
  const { args, secrets, ssh } = outline.parse(parse(json));
  const mount = ({ name, required }: { name: string; required: boolean }): OutlineMount => ({
    id: name,
    required,
  });
  return {
    args: args.map(({ location, ...arg }) => ({ ...arg, ranges: location })),
    secrets: secrets.map(mount),
    ssh: ssh.map(mount),
  };
}

/** Reads the JSON of `frontend.targets`. Throws when it is none. */
export function readTargets(json: Uint8Array): readonly TargetStage[] {
  return targets.parse(parse(json)).targets;
}

function parse(json: Uint8Array): unknown {
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8'));
}
