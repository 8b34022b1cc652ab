import { completionsAt, foldingRanges, outline, referencesAt } from '../../../shared/dockerfile/language';
import type { LanguageDocument } from '../../../shared/dockerfile/language';

/** What Monaco asks by itself while somebody types: it is answered away from the thread that they type on. */
export const languageAnswers = {
  completions: (document: LanguageDocument, offset: number) => completionsAt(document, offset),
  /** With the place itself and its declaration. */
  highlights: (document: LanguageDocument, offset: number) => referencesAt(document, offset, true),
  outline: (document: LanguageDocument) => outline(document),
  folding: (document: LanguageDocument) => foldingRanges(document),
};

type Answers = typeof languageAnswers;
export type LanguageQuestionKind = keyof Answers;
export type LanguageAnswer<K extends LanguageQuestionKind> = ReturnType<Answers[K]>;
