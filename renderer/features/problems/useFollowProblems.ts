import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useOwnPlatform } from '../../stores/buildersStore';
import { shownBuild, useBuilds } from '../../stores/buildsStore';
import { useChecks } from '../../stores/checksStore';
import { setProblems } from '../../stores/problemsStore';
import { useProgress } from '../../stores/progressStore';
import { useProject } from '../../stores/projectStore';
import { useSettledText } from '../../stores/useSettledText';
import { resolvedGraphs } from '../dockerfile/resolvedStages';
import { syntaxOf } from '../dockerfile/syntax';
import { useShownRequestOfOpenFile } from '../dockerfile/useBuildMarks';
import { buildProblems, checkProblems, localProblems, withoutChecked } from './findProblems';

const nothing: never[] = [];

/** Keeps the problems equal to what the shown build, BuildKit's checks and the text on screen have to say. */
export function useFollowProblems(): void {
  const { t } = useTranslation('editor');
  const text = useSettledText();
  const settings = useProject((state) => state.settings);
  const ownPlatform = useOwnPlatform();
  const builtText = useShownRequestOfOpenFile()?.dockerfileText;
  const endedWith = useBuilds((state) => shownBuild(state)?.error);
  const error = useProgress((state) => state.progress?.error) ?? endedWith;
  const warnings = useProgress((state) => state.progress?.warnings) ?? nothing;

  const result = useChecks((state) => state.result);
  const checkedText = useChecks((state) => state.checkedText);

  useEffect(() => {
    const checked =
      result === undefined || checkedText === undefined ? [] : checkProblems(result, checkedText, text);
    const built = builtText === undefined ? [] : buildProblems({ error, warnings }, builtText, text);
    const syntax = syntaxOf(text);
    const graphs = resolvedGraphs(syntax, settings, ownPlatform);
    const local = localProblems(syntax, graphs, (keyword) => t('unknownInstruction', { keyword }));
    // What BuildKit says about a line is better than what is said here.
    const failed = new Set(
      [...built, ...checked].filter(({ severity }) => severity === 'error').map(({ startLine }) => startLine),
    );
    setProblems('build', withoutChecked(built, checked));
    setProblems('check', checked);
    setProblems(
      'local',
      local.filter(({ startLine }) => !failed.has(startLine)),
    );
  }, [builtText, error, warnings, text, settings, ownPlatform, result, checkedText, t]);
}
