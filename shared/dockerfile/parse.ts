import { readInstructions } from './instructions';
import { splitInstruction } from './splitInstruction';
import type { ArgDeclaration, DockerfileSyntax, Instruction, Stage, StageSource } from './syntax';
import { quotedWords } from './quotedWords';

/**
 * Reads a Dockerfile for showing it: never fails, takes time in proportion to the text, and leaves the judgement on
 * what is wrong to BuildKit. Lines and stages come out as BuildKit's own parser sees them.
 */
export function parseDockerfile(text: string): DockerfileSyntax {
  const { directives, instructions } = readInstructions(text);
  const { escape } = directives;
  const firstFrom = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const beforeStages = firstFrom < 0 ? instructions : instructions.slice(0, firstFrom);
  const stages: Stage[] = [];
  for (let at = firstFrom; at >= 0 && at < instructions.length;) {
    let end = at + 1;
    while (end < instructions.length && instructions[end]?.keyword !== 'FROM') end += 1;
    const from = instructions[at];
    if (from) stages.push(toStage(stages.length, from, instructions.slice(at + 1, end), escape));
    at = end;
  }
  return {
    directives,
    globalArgs: beforeStages.flatMap((instruction) => argDeclarations(instruction, escape)),
    stages,
  };
}

/** The ARGs that an instruction declares: several in one are allowed, none if it is no ARG. */
export function argDeclarations(instruction: Instruction, escape: string): ArgDeclaration[] {
  if (instruction.keyword !== 'ARG') return [];
  const line = instruction.lines.start;
  return quotedWords(instruction.rest, escape).flatMap((word) => {
    const equals = word.indexOf('=');
    if (equals === 0) return [];
    if (equals < 0) return [{ name: word, line }];
    return [{ name: word.slice(0, equals), default: word.slice(equals + 1), line }];
  });
}

function toStage(index: number, from: Instruction, instructions: Instruction[], escape: string): Stage {
  const [base = '', as, name] = from.rest.split(/[\t\v\f\r ]+/);
  const platformFlag = flagValue(from, 'platform');
  return {
    index,
    ...(as?.toLowerCase() === 'as' && name && { name: name.toLowerCase() }),
    base,
    ...(platformFlag !== undefined && { platformFlag }),
    lines: { start: from.lines.start, end: (instructions.at(-1) ?? from).lines.end },
    instructions,
    args: instructions.flatMap((instruction) => argDeclarations(instruction, escape)),
    sources: instructions.flatMap(sourcesOf),
    triggerSources: instructions.flatMap((instruction) =>
      instruction.keyword === 'ONBUILD'
        ? sourcesOf({ ...splitInstruction(instruction.rest, escape), lines: instruction.lines })
        : [],
    ),
  };
}

function sourcesOf(instruction: Instruction): StageSource[] {
  const { keyword, flags, lines } = instruction;
  if (keyword === 'COPY') {
    const from = flagValue(instruction, 'from');
    return from ? [{ kind: 'copy', from, lines }] : [];
  }
  if (keyword !== 'RUN') return [];
  return flags.flatMap((flag) => {
    const from = flag.startsWith('--mount=') ? mountSource(flag.slice('--mount='.length)) : undefined;
    return from ? [{ kind: 'mount' as const, from, lines }] : [];
  });
}

function mountSource(mount: string): string | undefined {
  return mount
    .split(',')
    .findLast((field) => /^from=/i.test(field))
    ?.slice('from='.length);
}

function flagValue({ flags }: Instruction, name: string): string | undefined {
  const prefix = `--${name}=`;
  return flags.findLast((flag) => flag.startsWith(prefix))?.slice(prefix.length);
}
