import i18next from 'i18next';
import {
  definitionsAt,
  formatEdits,
  hoverAt,
  referencesAt,
  renameableAt,
  renameAt,
} from '../../../shared/dockerfile/language';
import type {
  LanguageDocument,
  OutlineEntry,
  RenameRefusal,
  Span,
} from '../../../shared/dockerfile/language';
import { builderOf } from '../../stores/buildersStore';
import { projectStore } from '../../stores/projectStore';
import { resolvedGraphs } from '../dockerfile/resolvedStages';
import { syntaxOf } from '../dockerfile/syntax';
import { monaco } from '../../ui/monaco/monaco';
import { hoverText, platformsText } from './hoverText';
import type { HoverContext } from './hoverText';
import { imagePlatforms } from './imagePlatforms';
import { documentOf, editOf, rangeOf } from './modelDocument';
import { modelThread } from './modelThread';

function currentContext(): HoverContext {
  const { settings, builder } = projectStore.getState();
  return { settings, ownPlatform: builderOf(builder)?.nodes[0]?.platforms[0]?.platform };
}

export const hoverProvider: monaco.languages.HoverProvider = {
  async provideHover(model, position) {
    const document = documentOf(model);
    const hover = hoverAt(document, model.getOffsetAt(position));
    if (hover === undefined) return null;
    const range = rangeOf(model, hover.span);
    const { subject } = hover;
    const isPlain = subject.kind === 'image' && !subject.reference.includes('$');
    const platforms = isPlain ? await imagePlatforms(subject.reference) : [];
    const texts = [...hoverText(document, subject, currentContext()), ...platformsText(platforms)];
    return { range, contents: texts.map((value) => ({ value })) };
  },
};

export const definitionProvider: monaco.languages.DefinitionProvider = {
  provideDefinition(model, position) {
    const document = documentOf(model);
    const offset = model.getOffsetAt(position);
    const found = definitionsAt(document, offset);
    return locations(model, found.length > 0 ? found : basesPerPlatform(document, offset));
  },
};

/** The stages that a base with variables in it is on the ticked platforms. */
function basesPerPlatform(document: LanguageDocument, offset: number): readonly Span[] {
  const subject = hoverAt(document, offset)?.subject;
  if (subject?.kind !== 'image') return [];
  const { settings, ownPlatform } = currentContext();
  const syntax = syntaxOf(document.text);
  const own = syntax.stages.find(({ lines }) => lines.start === subject.line);
  const bases = resolvedGraphs(syntax, settings, ownPlatform).flatMap(({ edges }) =>
    edges.filter(({ kind, to }) => kind === 'base' && to === `stage:${own?.index}`).map(({ from }) => from),
  );
  return document.stages.flatMap(({ index, nameSpan }) =>
    nameSpan !== undefined && bases.includes(`stage:${index}`) ? [nameSpan] : [],
  );
}

export const referenceProvider: monaco.languages.ReferenceProvider = {
  provideReferences: (model, position, { includeDeclaration }) =>
    locations(model, referencesAt(documentOf(model), model.getOffsetAt(position), includeDeclaration)),
};

function locations(model: monaco.editor.ITextModel, spans: readonly Span[]): monaco.languages.Location[] {
  return spans.map((span) => ({ uri: model.uri, range: rangeOf(model, span) }));
}

export const highlightProvider: monaco.languages.DocumentHighlightProvider = {
  async provideDocumentHighlights(model, position) {
    const spans = await modelThread.ask('highlights', model, model.getOffsetAt(position));
    return spans?.map((span) => ({ range: rangeOf(model, span) }));
  },
};

const refusal = (reason: RenameRefusal): string => i18next.t(`language:rename.${reason}`);

export const renameProvider: monaco.languages.RenameProvider = {
  resolveRenameLocation(model, position) {
    const found = renameableAt(documentOf(model), model.getOffsetAt(position));
    if (typeof found !== 'string') return { range: rangeOf(model, found.span), text: found.name };
    return { range: monaco.Range.fromPositions(position), text: '', rejectReason: refusal(found) };
  },
  provideRenameEdits(model, position, newName) {
    const edits = renameAt(documentOf(model), model.getOffsetAt(position), newName);
    if (typeof edits === 'string') return { edits: [], rejectReason: refusal(edits) };
    const versionId = model.getVersionId();
    return {
      edits: edits.map((edit) => ({ resource: model.uri, versionId, textEdit: editOf(model, edit) })),
    };
  },
};

export const symbolProvider: monaco.languages.DocumentSymbolProvider = {
  async provideDocumentSymbols(model) {
    return (await modelThread.ask('outline', model))?.map((entry) => symbol(model, entry));
  },
};

function symbol(model: monaco.editor.ITextModel, entry: OutlineEntry): monaco.languages.DocumentSymbol {
  const { kind, name, detail, span, nameSpan, children } = entry;
  const { Class, Method } = monaco.languages.SymbolKind;
  return {
    name: kind === 'instruction' && detail !== '' ? `${name} ${detail}` : name,
    detail: kind === 'stage' ? detail : '',
    kind: kind === 'stage' ? Class : Method,
    tags: [],
    range: rangeOf(model, span),
    selectionRange: rangeOf(model, nameSpan),
    children: children.map((child) => symbol(model, child)),
  };
}

export const foldingProvider: monaco.languages.FoldingRangeProvider = {
  async provideFoldingRanges(model) {
    return (await modelThread.ask('folding', model))?.map(({ kind, start, end }) => ({
      start,
      end,
      ...(kind === 'comment' && { kind: monaco.languages.FoldingRangeKind.Comment }),
    }));
  },
};

export const formattingProvider: monaco.languages.DocumentFormattingEditProvider = {
  provideDocumentFormattingEdits(model, { insertSpaces, tabSize }) {
    const indent = insertSpaces ? ' '.repeat(tabSize) : '\t';
    return formatEdits(documentOf(model), { indent }).map((edit) => editOf(model, edit));
  },
};
