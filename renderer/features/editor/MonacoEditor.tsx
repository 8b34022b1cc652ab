import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblems } from '../../stores/problemsStore';
import type { Problem } from '../../stores/problemsStore';
import { projectStore, setText, useProject } from '../../stores/projectStore';
import type { ProjectState } from '../../stores/projectStore';
import { setCursor, uiStore } from '../../stores/uiStore';
import type { UiState } from '../../stores/uiStore';
import { registerLanguageFeatures } from '../language/register';
import { CompareWithDisk } from './CompareWithDisk';
import styles from './Editor.module.css';
import { LineGutter } from './LineGutter';
import { isBuildError } from './lineMarks';
import type { LineMark } from './lineMarks';
import { monaco } from '../../ui/monaco/monaco';
import { languageId } from './dockerfileLanguage';
import { problemMarker } from './problemMarker';
import { smallestEdit } from './replaceText';
import { applyTheme, watchTheme } from '../../ui/monaco/theme';

/**
 * The text of the open Dockerfile in Monaco. A file has its own undo history while it is open. While it is compared
 * with the file on disk, the comparison covers the editor and works on the same text.
 */
export default function MonacoEditor({
  marks,
  comparing,
}: {
  marks: ReadonlyMap<number, LineMark>;
  comparing: boolean;
}) {
  const { t } = useTranslation('editor');
  const file = useProject(fileOf);
  const name = useProject((state) => state.dockerfile ?? '');
  const problems = useProblems((state) => state.problems);
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<monaco.editor.IStandaloneCodeEditor>();

  useEffect(() => {
    if (host.current === null) return;
    applyTheme();
    registerLanguageFeatures();
    const stopWatching = watchTheme(applyTheme);
    const created = monaco.editor.create(host.current, { ...options(), model: null });
    setEditor(created);
    return () => {
      stopWatching();
      created.dispose();
      setEditor(undefined);
    };
  }, []);

  useEffect(() => {
    if (editor === undefined) return;
    editor.updateOptions({ ariaLabel: t('textLabel', { name }) });
  }, [editor, name, t]);

  useEffect(() => (editor === undefined ? undefined : showFile(editor, file)), [editor, file]);
  useEffect(() => (editor === undefined ? undefined : followReveals(editor)), [editor]);

  useEffect(() => {
    const model = editor?.getModel() ?? undefined;
    if (model === undefined) return;
    monaco.editor.setModelMarkers(
      model,
      'problems',
      problems.map((problem) => problemMarker(problem, model)),
    );
  }, [editor, file, problems]);

  const failed = problems.find(isBuildError);
  const failure = failed?.message;
  const failedLine = failed?.startLine ?? 1;
  useEffect(() => {
    if (failure === undefined || editor === undefined || editor.getModel() === null) return;
    editor.revealLineInCenterIfOutsideViewport(failedLine);
    // Only a new failure moves the text, not one whose line is moved by typing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [editor, failure]);

  useEffect(() => {
    if (editor === undefined) return;
    const decorations = editor.createDecorationsCollection(lineDecorations(marks, problems));
    return () => decorations.clear();
  }, [editor, file, marks, problems]);

  return (
    <div className={styles.editor}>
      {editor !== undefined && <LineGutter editor={editor} marks={marks} problems={problems} />}
      <div ref={host} className={styles.host} />
      {comparing && editor !== undefined && <CompareWithDisk key={file} editor={editor} />}
    </div>
  );
}

function options(): monaco.editor.IStandaloneEditorConstructionOptions {
  const style = getComputedStyle(document.documentElement);
  return {
    automaticLayout: true,
    ariaRequired: false,
    // The plain text area behind the older input method is what screen readers and tests know how to fill.
    editContext: false,
    fontFamily: style.getPropertyValue('--font-mono').trim(),
    fontSize: 12,
    lineHeight: 20,
    fontLigatures: false,
    // Numbers are drawn by the gutter, along with the status of each platform.
    lineNumbers: 'off',
    glyphMargin: false,
    folding: true,
    foldingStrategy: 'auto',
    showFoldingControls: 'mouseover',
    wordBasedSuggestions: 'off',
    // The base of a FROM is coloured as a string, and completed.
    quickSuggestions: { other: true, comments: false, strings: true },
    suggest: { showWords: false, showStatusBar: false, snippetsPreventQuickSuggestions: false },
    guides: { indentation: false },
    lineDecorationsWidth: 8,
    minimap: { enabled: false },
    wordWrap: 'on',
    wrappingIndent: 'indent',
    scrollBeyondLastLine: false,
    padding: { top: 6, bottom: 6 },
    renderLineHighlight: 'all',
    renderLineHighlightOnlyWhenFocus: false,
    overviewRulerLanes: 2,
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8, useShadows: false },
    fixedOverflowWidgets: true,
    tabSize: 4,
    detectIndentation: true,
    unicodeHighlight: { ambiguousCharacters: false },
    links: false,
    stickyScroll: { enabled: false },
    occurrencesHighlight: 'singleFile',
  };
}

/** The text that was shown last, with its undo history: it outlives the editor while another view is open. */
let kept:
  | { file: string; model: monaco.editor.ITextModel; view: monaco.editor.ICodeEditorViewState | null }
  | undefined;

function modelOf(file: string): monaco.editor.ITextModel {
  if (kept?.file === file) return kept.model;
  kept?.model.dispose();
  const model = monaco.editor.createModel(projectStore.getState().text, languageId);
  model.updateOptions({
    bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
  });
  kept = { file, model, view: null };
  return model;
}

/** Shows the open file's text, and keeps text, store and cursor equal until another file is shown. */
function showFile(editor: monaco.editor.IStandaloneCodeEditor, file: string): () => void {
  const model = modelOf(file);
  let applying = false;
  const takeOver = (wanted: string): void => {
    const text = model.getValue(undefined, true);
    if (wanted === text) return;
    const { start, end, text: inserted } = smallestEdit(text, wanted);
    const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
    applying = true;
    // An edit keeps the undo history and the cursor, which setting the value would not.
    model.pushStackElement();
    model.pushEditOperations(editor.getSelections(), [{ range, text: inserted }], () => null);
    model.pushStackElement();
    applying = false;
  };

  editor.setModel(model);
  takeOver(projectStore.getState().text);
  colour(model);
  if (kept?.view) editor.restoreViewState(kept.view);
  const showCursor = (): void => {
    const { lineNumber, column } = editor.getPosition() ?? { lineNumber: 1, column: 1 };
    setCursor({ line: lineNumber, column });
  };
  showCursor();
  const cursor = editor.onDidChangeCursorPosition(showCursor);
  const changes = model.onDidChangeContent(() => {
    colour(model);
    if (!applying) setText(model.getValue(undefined, true));
  });
  const unsubscribe = projectStore.subscribe((state, before) => {
    const isThisFile = fileOf(state) === file;
    if (isThisFile && state.text !== before.text) takeOver(state.text);
  });
  return () => {
    unsubscribe();
    cursor.dispose();
    changes.dispose();
    if (kept?.model === model) kept.view = editor.saveViewState();
    editor.setModel(null);
  };
}

const colouredAtOnce = 2000;

/** Monaco colours in idle moments, of which a window that shows a running build may have none for long. */
function colour(model: monaco.editor.ITextModel): void {
  monaco.editor.colorizeModelLine(model, Math.min(model.getLineCount(), colouredAtOnce));
}

function fileOf(state: Pick<ProjectState, 'project' | 'dockerfile'>): string {
  return `${state.project?.path}/${state.dockerfile}`;
}

/** Shows the lines that other parts of the page ask for; also the last request from before the editor was there. */
function followReveals(editor: monaco.editor.IStandaloneCodeEditor): () => void {
  const show = (reveal: UiState['reveal']): void => {
    const model = editor.getModel();
    if (reveal === undefined || model === null || reveal.at === shownReveal) return;
    shownReveal = reveal.at;
    const lineNumber = Math.min(reveal.line, model.getLineCount());
    editor.setPosition({ lineNumber, column: model.getLineFirstNonWhitespaceColumn(lineNumber) || 1 });
    editor.revealLineInCenterIfOutsideViewport(lineNumber);
    editor.focus();
  };
  show(uiStore.getState().reveal);
  return uiStore.subscribe((state) => show(state.reveal));
}
let shownReveal = 0;

function lineDecorations(
  marks: ReadonlyMap<number, LineMark>,
  problems: readonly Problem[],
): monaco.editor.IModelDeltaDecoration[] {
  const whole = (
    startLine: number,
    endLine: number,
    className: string,
  ): monaco.editor.IModelDeltaDecoration => ({
    range: new monaco.Range(startLine, 1, endLine, 1),
    options: { isWholeLine: true, className, marginClassName: className },
  });
  return [
    ...[...marks.values()].flatMap(({ startLine, endLine, highlight }) =>
      highlight === 'running' ? [whole(startLine, endLine, styles.runningLine ?? '')] : [],
    ),
    ...problems
      .filter(isBuildError)
      .map(({ startLine, endLine }) => whole(startLine, endLine, styles.failedLine ?? '')),
  ];
}
