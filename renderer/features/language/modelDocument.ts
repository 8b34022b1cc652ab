import { readDocument } from '../../../shared/dockerfile/language';
import type { LanguageDocument, Span, TextEdit } from '../../../shared/dockerfile/language';
import { monaco } from '../../ui/monaco/monaco';

const known = new WeakMap<monaco.editor.ITextModel, { version: number; document: LanguageDocument }>();

/** The model's text as the language features see it: read once for each version of the text. */
export function documentOf(model: monaco.editor.ITextModel): LanguageDocument {
  const version = model.getVersionId();
  const last = known.get(model);
  if (last?.version === version) return last.document;
  const document = readDocument(model.getValue());
  known.set(model, { version, document });
  return document;
}

export function rangeOf(model: monaco.editor.ITextModel, { start, end }: Span): monaco.Range {
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
}

export function editOf(model: monaco.editor.ITextModel, { span, text }: TextEdit): monaco.languages.TextEdit {
  return { range: rangeOf(model, span), text };
}
