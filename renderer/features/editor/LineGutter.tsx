import { CircleX, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { formatDuration } from '../../../shared/model/duration';
import { coreText } from '../../locales/core';
import type { Problem } from '../../stores/problemsStore';
import { StatusDots } from '../dockerfile/StatusDots';
import styles from './Editor.module.css';
import { isBuildError } from './lineMarks';
import type { LineMark } from './lineMarks';
import type { monaco } from '../../ui/monaco/monaco';

interface VisibleLine {
  line: number;
  top: number;
  height: number;
}

/**
 * Line number, status of each platform, time, and problem mark beside every visible line. It says nothing that the
 * step list and the list of problems don't say in words, so it is hidden from screen readers.
 */
export function LineGutter({
  editor,
  marks,
  problems,
}: {
  editor: monaco.editor.IStandaloneCodeEditor;
  marks: ReadonlyMap<number, LineMark>;
  problems: readonly Problem[];
}) {
  const lines = useVisibleLines(editor);
  const current = useCurrentLine(editor);
  const hasMarks = marks.size > 0;
  const dotCount = Math.max(0, ...[...marks.values()].map((mark) => mark.statuses.length));
  const running = new Set(
    [...marks.values()].filter(({ highlight }) => highlight === 'running').flatMap(linesOf),
  );
  const failed = new Set(problems.filter(isBuildError).flatMap(linesOf));

  return (
    <div
      className={styles.gutter}
      aria-hidden="true"
      style={{ ['--dots' as string]: hasMarks ? `${dotCount * 12 + 4}px` : '0px' }}
    >
      {lines.map(({ line, top, height }) => {
        const mark = marks.get(line);
        const problem = problems.find((one) => one.startLine === line);
        const state = failed.has(line) ? styles.failedRow : running.has(line) ? styles.runningRow : '';
        return (
          <div
            key={line}
            role="presentation"
            className={`${styles.gutterRow} ${state} ${line === current ? styles.currentRow : ''}`}
            style={{ top, height }}
            onMouseDown={(event) => {
              event.preventDefault();
              editor.setPosition({ lineNumber: line, column: 1 });
              editor.focus();
            }}
          >
            <span className={styles.number}>{line}</span>
            {hasMarks && (
              <>
                {mark === undefined ? <span /> : <StatusDots statuses={mark.statuses} />}
                <span className={styles.time}>
                  {mark?.durationMs === undefined ? '' : formatDuration(mark.durationMs)}
                </span>
              </>
            )}
            <span className={styles.problemMark} title={problem && coreText(problem.message)}>
              {problem?.severity === 'error' && (
                <CircleX size={12} strokeWidth={1.5} className={styles.errorIcon} />
              )}
              {problem?.severity === 'warning' && (
                <TriangleAlert size={12} strokeWidth={1.5} className={styles.warningIcon} />
              )}
            </span>
          </div>
        );
      })}
    </div>
  );
}

function linesOf({ startLine, endLine }: { startLine: number; endLine: number }): number[] {
  return Array.from({ length: endLine - startLine + 1 }, (_, index) => startLine + index);
}

function useVisibleLines(editor: monaco.editor.IStandaloneCodeEditor): VisibleLine[] {
  const [lines, setLines] = useState<VisibleLine[]>([]);
  useEffect(() => {
    const measure = (): void => setLines(visibleLines(editor));
    measure();
    const listeners = [
      editor.onDidScrollChange(measure),
      editor.onDidLayoutChange(measure),
      editor.onDidContentSizeChange(measure),
      editor.onDidChangeModelContent(measure),
      editor.onDidChangeModel(measure),
      editor.onDidChangeHiddenAreas(measure),
    ];
    return () => listeners.forEach((listener) => listener.dispose());
  }, [editor]);
  return lines;
}

function visibleLines(editor: monaco.editor.IStandaloneCodeEditor): VisibleLine[] {
  const model = editor.getModel();
  if (model === null) return [];
  const scrollTop = editor.getScrollTop();
  const bottom = scrollTop + editor.getLayoutInfo().height;
  const lines: VisibleLine[] = [];
  const last = model.getLineCount();
  for (let line = firstLineBelow(editor, scrollTop, last); line <= last; line += 1) {
    const top = editor.getTopForLineNumber(line);
    if (top > bottom) break;
    const end = line < last ? editor.getTopForLineNumber(line + 1) : editor.getBottomForLineNumber(line);
    // Folded lines have no height.
    if (end > top) lines.push({ line, top: top - scrollTop, height: end - top });
  }
  return lines;
}

/** The first line whose end lies below the offset: found by halving, since files can be long. */
function firstLineBelow(editor: monaco.editor.IStandaloneCodeEditor, offset: number, last: number): number {
  let low = 1;
  let high = last;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (editor.getBottomForLineNumber(middle) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function useCurrentLine(editor: monaco.editor.IStandaloneCodeEditor): number {
  const [line, setLine] = useState(1);
  useEffect(() => {
    const follow = (): void => setLine(editor.getPosition()?.lineNumber ?? 1);
    follow();
    const listeners = [editor.onDidChangeCursorPosition(follow), editor.onDidChangeModel(follow)];
    return () => listeners.forEach((listener) => listener.dispose());
  }, [editor]);
  return line;
}
