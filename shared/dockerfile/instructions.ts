import { readSource } from './source';
import { splitInstruction } from './splitInstruction';
import type { Directives, Instruction } from './syntax';

/** Splits a Dockerfile into its directives and instructions. Takes any text; what makes no sense is kept or skipped. */
export function readInstructions(text: string): { directives: Directives; instructions: Instruction[] } {
  const { directives, instructions } = readSource(text);
  return {
    directives,
    instructions: instructions.map(({ text: joined, lines }) => ({
      ...splitInstruction(joined, directives.escape),
      lines,
    })),
  };
}
