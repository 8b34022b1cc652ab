import { sourceSpan, type SourceInstruction, type Span } from '../source';
import type { InstructionWords, Word } from './words';

/** An instruction with its words. */
export interface DocumentInstruction extends SourceInstruction {
  readonly words: InstructionWords;
  /** The stage that it belongs to, its FROM included; undefined before the first FROM. */
  readonly stage: number | undefined;
}

export interface DocumentStage {
  readonly index: number;
  /** Lower case; absent without AS. */
  readonly name?: string;
  /** The name as it is written behind AS. */
  readonly nameSpan?: Span;
  /** As written, variables included; empty in an unfinished FROM. */
  readonly base: string;
  readonly baseSpan?: Span;
  /** The stage that it is built on, where that can be told without values. */
  readonly baseStage?: number;
  /** Place of its FROM among the document's instructions. */
  readonly from: number;
  /** Behind its last instruction. */
  readonly end: number;
}

/** The place in the file of a word of an instruction. */
export function wordSpan(instruction: DocumentInstruction, word: Word): Span {
  return sourceSpan(instruction, word.at, word.end);
}
