import i18next from 'i18next';
import type { Fix } from '../../../shared/dockerfile/fixes';
import { checksStore } from '../../stores/checksStore';
import { problemsStore } from '../../stores/problemsStore';
import type { Problem } from '../../stores/problemsStore';
import { projectStore } from '../../stores/projectStore';
import { monaco } from '../../ui/monaco/monaco';
import { problemRange } from '../editor/problemMarker';
import { rangeOf } from './modelDocument';

/** The fixes of the problems at a place, for the light bulb, while the text on screen is the one that was checked. */
export const fixProvider: monaco.languages.CodeActionProvider = {
  provideCodeActions(model, range) {
    const isFresh = projectStore.getState().text === checksStore.getState().checkedText;
    const here = (problem: Problem): boolean =>
      monaco.Range.areIntersectingOrTouching(problemRange(problem, model), range);
    const problems = isFresh ? problemsStore.getState().problems.filter(here) : [];
    return { actions: problems.flatMap((problem) => actionsOf(model, problem)), dispose: () => undefined };
  },
};

// The titles are not HTML.
const unescaped = { interpolation: { escapeValue: false } };

function titleOf({ kind, values }: Fix): string {
  const what = i18next.t(`checks:fixes.${kind}`, { ...values, ...unescaped });
  return i18next.t('checks:fix', { what, ...unescaped });
}

function actionsOf(model: monaco.editor.ITextModel, problem: Problem): monaco.languages.CodeAction[] {
  const { fixes = [], ignore, rule } = problem;
  const actions = fixes.map((fix, index) => ({
    ...actionOf(model, fix, titleOf(fix)),
    isPreferred: index === 0,
  }));
  if (ignore === undefined) return actions;
  return [...actions, actionOf(model, ignore, i18next.t('checks:fixes.ignore-rule', { rule, ...unescaped }))];
}

function actionOf(
  model: monaco.editor.ITextModel,
  { edits }: Fix,
  title: string,
): monaco.languages.CodeAction {
  // Offsets count a byte order mark, which Monaco keeps apart from the text.
  const shift = projectStore.getState().text.startsWith('\uFEFF') ? 1 : 0;
  return {
    title,
    kind: 'quickfix',
    edit: {
      edits: edits.map(({ startOffset, endOffset, text }) => ({
        resource: model.uri,
        versionId: model.getVersionId(),
        textEdit: {
          range: rangeOf(model, { start: startOffset - shift, end: endOffset - shift }),
          text,
        },
      })),
    },
  };
}
