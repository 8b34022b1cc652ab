const assignment = /(?:^|[\s;&|(`])([A-Za-z_]\w*)=(?:"[^"\n]{0,1000}"|'[^'\n]{0,1000}'|[^\s;&|"']){0,1000}/g;
const loop = /\bfor\s+([A-Za-z_]\w*)\s+in\b/g;
const read = /\bread\s+(?:-\w+\s+){0,4}([A-Za-z_]\w*)/g;

/**
 * The variables that a command line sets by itself, each with the place from which on it is the shell's own. A guess
 * for telling a build argument from a shell variable of the same name.
 */
export function shellAssignments(text: string, from: number): ReadonlyMap<string, number> {
  const assigned = new Map<string, number>();
  for (const pattern of [assignment, loop, read]) {
    pattern.lastIndex = from;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const variable = match[1] ?? '';
      assigned.set(variable, Math.min(assigned.get(variable) ?? Infinity, pattern.lastIndex));
    }
  }
  return assigned;
}
