import type { Span } from '../source';
import type { LanguageDocument } from './document';
import type { DocumentInstruction } from './parts';
import type { Topic } from './tables';
import type { TypedPart } from './typedPart';

/** A replacement of a stretch of the text. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** Something that can be typed at a place. */
export interface CompletionItem {
  readonly label: string;
  readonly kind:
    | 'instruction'
    | 'flag'
    | 'value'
    | 'key'
    | 'stage'
    | 'variable'
    | 'image'
    | 'directive'
    | 'snippet'
    | 'file'
    | 'folder';
  /** What is put into the text. */
  readonly insert: string;
  /** `insert` is in Monaco's snippet syntax. */
  readonly snippet?: true;
  /** What explains it. */
  readonly topic?: Topic;
  /** Shown beside the label as it is: an ARG's default, a stage's base. */
  readonly detail?: string;
  /** What follows can be completed, too. */
  readonly again?: true;
  /** Made elsewhere at the same time: an ARG that is missing. */
  readonly also?: TextEdit;
  /** Lower ones come first. */
  readonly rank: number;
}

/** What can be typed in place of the stretch that was typed so far. */
export interface CompletionAnswer {
  readonly replace: Span;
  readonly items: readonly CompletionItem[];
  /** Files of the build context whose path begins like this are wanted, too. */
  readonly files?: {
    readonly prefix: string;
    /** Names with blanks in them can be written here. */
    readonly blanks: boolean;
  };
  /** Image references are wanted, too. */
  readonly images?: true;
}

/** An answer for a part of an instruction, its place given in the joined text. */
export type PartAnswer = Omit<CompletionAnswer, 'replace'> & { readonly at: number };

/** What is being completed, and where. */
export interface CompletionContext<Part extends TypedPart> {
  readonly document: LanguageDocument;
  readonly instruction: DocumentInstruction;
  readonly part: Part;
}
