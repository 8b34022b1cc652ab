export { completionsAt } from './completion';
export type { CompletionAnswer, CompletionItem, TextEdit } from './completionItem';
export { readDocument, type LanguageDocument } from './document';
export { formatDockerfile, formatEdits } from './format';
export { heredocLanguage, shebangLanguage, type InnerLanguage } from './heredocLanguage';
export { hoverAt, type HoverSubject } from './hover';
export {
  definitionsAt,
  occurrenceAt,
  referencesAt,
  renameableAt,
  renameAt,
  type RenameRefusal,
} from './navigation';
export { foldingRanges, outline, type OutlineEntry } from './outline';
export { imagesIn } from './images';
export type { Topic } from './tables';
export type { Span } from '../source';
