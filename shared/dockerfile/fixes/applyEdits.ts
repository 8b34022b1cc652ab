import type { TextEdit } from './types';

/** The text with the edits made; their order does not matter. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let edited = text;
  for (const { startOffset, endOffset, text: inserted } of edits.toSorted(
    (a, b) => b.startOffset - a.startOffset,
  )) {
    edited = edited.slice(0, startOffset) + inserted + edited.slice(endOffset);
  }
  return edited;
}
