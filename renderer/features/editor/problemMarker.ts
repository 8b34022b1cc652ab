import { coreText } from '../../locales/core';
import type { Problem } from '../../stores/problemsStore';
import { monaco } from '../../ui/monaco/monaco';

/** Where a problem is marked: its columns if it has some, else its lines from the first character to the last. */
export function problemRange(problem: Problem, model: monaco.editor.ITextModel): monaco.Range {
  const lines = model.getLineCount();
  const [start, end] = [Math.min(problem.startLine, lines), Math.min(problem.endLine, lines)];
  return new monaco.Range(
    start,
    problem.startColumn ?? (model.getLineFirstNonWhitespaceColumn(start) || 1),
    end,
    problem.endColumn ?? (model.getLineLastNonWhitespaceColumn(end) || model.getLineMaxColumn(end)),
  );
}

/** The squiggle of a problem, with its platforms when it concerns some only, and its rule as a link. */
export function problemMarker(problem: Problem, model: monaco.editor.ITextModel): monaco.editor.IMarkerData {
  const { rule, url, platforms } = problem;
  const message = coreText(problem.message);
  const severities = {
    error: monaco.MarkerSeverity.Error,
    warning: monaco.MarkerSeverity.Warning,
    info: monaco.MarkerSeverity.Info,
  };
  const range = problemRange(problem, model);
  return {
    severity: severities[problem.severity],
    message: platforms === undefined ? message : `${message} (${platforms.join(', ')})`,
    ...(rule !== undefined && {
      code: url === undefined ? rule : { value: rule, target: monaco.Uri.parse(url) },
    }),
    startLineNumber: range.startLineNumber,
    startColumn: range.startColumn,
    endLineNumber: range.endLineNumber,
    endColumn: range.endColumn,
  };
}
