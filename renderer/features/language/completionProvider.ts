import i18next from 'i18next';
import type { CompletionAnswer, CompletionItem } from '../../../shared/dockerfile/language';
import { StudioError } from '../../../shared/contract';
import { reportDefect } from '../../app/studio';
import { monaco } from '../../ui/monaco/monaco';
import { contextFiles } from './contextFiles';
import { knownImages } from './knownImages';
import { editOf, rangeOf } from './modelDocument';
import { modelThread } from './modelThread';
import { topicText } from './topicText';

const { CompletionItemKind, CompletionItemInsertTextRule } = monaco.languages;

const kinds: Record<CompletionItem['kind'], monaco.languages.CompletionItemKind> = {
  instruction: CompletionItemKind.Keyword,
  flag: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  key: CompletionItemKind.Field,
  stage: CompletionItemKind.Class,
  variable: CompletionItemKind.Variable,
  image: CompletionItemKind.Module,
  directive: CompletionItemKind.Keyword,
  snippet: CompletionItemKind.Snippet,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
};

/** Completion for Dockerfiles. What only the core knows is asked for when the place wants it. */
export const completionProvider: monaco.languages.CompletionItemProvider = {
  triggerCharacters: [' ', '$', '{', '=', ',', '-', '/', '"', '#', ';'],
  async provideCompletionItems(model, position, _context, token) {
    const offset = model.getOffsetAt(position);
    const answer = await modelThread.ask('completions', model, offset);
    if (answer === undefined) return { suggestions: [] };
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      const [files, images] = await Promise.all([filesOf(answer, abort.signal), imagesOf(answer)]);
      const range = rangeOf(model, answer.replace);
      const nameRange = rangeOf(model, { start: offset - lastName(answer).length, end: offset });
      return {
        suggestions: [
          ...[...answer.items, ...images].map((item) => suggestion(model, item, range)),
          ...files.map((item) => suggestion(model, item, nameRange)),
        ],
        incomplete: answer.files !== undefined,
      };
    } finally {
      listener.dispose();
    }
  },
};

/** A file's name takes the place of what is typed behind the last slash. */
function lastName({ files }: CompletionAnswer): string {
  return files?.prefix.slice(files.prefix.lastIndexOf('/') + 1) ?? '';
}

async function filesOf({ files }: CompletionAnswer, signal: AbortSignal): Promise<CompletionItem[]> {
  if (files === undefined) return [];
  try {
    return await contextFiles(files, signal);
  } catch (error) {
    // A folder that may not be read offers nothing; the build will say so where it matters.
    if (!signal.aborted && !(error instanceof StudioError && error.code === 'permission-denied')) {
      reportDefect(error);
    }
    return [];
  }
}

async function imagesOf({ images, items }: CompletionAnswer): Promise<CompletionItem[]> {
  if (images !== true) return [];
  const named = new Set(items.map(({ label }) => label));
  return (await knownImages())
    .filter((image) => !named.has(image))
    .map((image): CompletionItem => ({ label: image, kind: 'image', insert: image, rank: items.length }));
}

function suggestion(
  model: monaco.editor.ITextModel,
  item: CompletionItem,
  range: monaco.Range,
): monaco.languages.CompletionItem {
  const { label, kind, insert, snippet, topic, detail, again, also, rank } = item;
  const told = also === undefined ? detail : i18next.t('language:declaresArg', { name: label });
  return {
    label: told === undefined ? label : { label, description: told },
    kind: kinds[kind],
    insertText: insert,
    ...(snippet && { insertTextRules: CompletionItemInsertTextRule.InsertAsSnippet }),
    ...(topic && { documentation: { value: topicText(topic) } }),
    ...(again && { command: { id: 'editor.action.triggerSuggest', title: '' } }),
    ...(also && { additionalTextEdits: [editOf(model, also)] }),
    sortText: String(rank).padStart(6, '0'),
    filterText: label,
    range,
  };
}
