/** Edits that make BuildKit's checks content. */
export { applyEdits } from './applyEdits';
export { fixesFor } from './fixesFor';
export { ignoreRule } from './ignoreRule';
export { SourceText } from './sourceText';
export type { Fix, Violation } from './types';
