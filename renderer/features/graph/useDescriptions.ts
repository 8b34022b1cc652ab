import { useTranslation } from 'react-i18next';
import { coreText } from '../../locales/core';
import { useStatusText } from '../dockerfile/StatusDots';
import type { GraphModel } from './graphModel';
import type { CardEdge, SourceCard, StageCard } from './nodes';
import type { GraphProblem } from './graphProblems';
import type { NodeState } from './nodeState';

export interface Descriptions {
  /** What a stage is made from, whether it is built, and how it fares. */
  stage(stage: StageCard, state: NodeState | undefined): string;
  source(source: SourceCard, state: NodeState | undefined): string;
  problem(problem: GraphProblem): string;
}

/**
 * The graph in words, for those who don't see it.
 *
 * @param platforms of the build whose states are described
 */
export function useDescriptions(model: GraphModel, platforms: readonly string[]): Descriptions {
  const { t, i18n } = useTranslation('graph');
  const statusText = useStatusText();
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const names = (indexes: readonly number[]): string =>
    list.format(indexes.flatMap((index) => model.platforms[index] ?? []));
  const labels = new Map([...model.stages, ...model.sources].map(({ id, label }) => [id, label]));
  const fromWhere = (edges: readonly CardEdge[]): string => {
    const places = new Map<string, string>();
    for (const { from, usedOn } of edges) {
      const name = labels.get(from) ?? from;
      const partly = usedOn.length < model.platforms.length;
      places.set(from, partly ? t('words.onlyFor', { name, platforms: names(usedOn) }) : name);
    }
    return list.format(places.values());
  };
  const need = (neededOn: readonly number[]): string[] => {
    if (neededOn.length === 0) return [t('unneeded')];
    return neededOn.length < model.platforms.length
      ? [t('words.neededFor', { platforms: names(neededOn) })]
      : [];
  };
  const stateWords = (state: NodeState | undefined): string[] =>
    state === undefined ? [] : [statusText(platforms, state.statuses)];

  return {
    stage(stage, state) {
      const incoming = model.edges.filter(({ to }) => to === stage.id);
      const bases = incoming.filter(({ kind }) => kind === 'base');
      const files = incoming.filter(({ kind }) => kind !== 'base');
      return [
        ...(stage.isTarget ? [t('target')] : []),
        ...(stage.replacedBy === undefined ? [] : [t('words.replaced', { name: stage.replacedBy })]),
        ...(bases.length === 0 ? [] : [t('words.builtFrom', { sources: fromWhere(bases) })]),
        ...(files.length === 0 ? [] : [t('words.filesFrom', { sources: fromWhere(files) })]),
        ...(stage.circular ? [t('words.circular')] : []),
        ...(stage.problem === undefined ? [] : [t('words.unresolved', { message: coreText(stage.problem) })]),
        ...need(stage.neededOn),
        t('steps', { count: stage.steps.length }),
        ...stateWords(state),
      ].join('; ');
    },
    source(source, state) {
      return [
        ...(source.kind === 'unknown' ? [t('words.unknown')] : []),
        ...(source.value === undefined ? [] : [source.value]),
        ...(source.fixedPlatform === undefined
          ? []
          : [t('words.takenFor', { platform: source.fixedPlatform })]),
        ...(source.usedOn.length < model.platforms.length
          ? [t('words.usedFor', { platforms: names(source.usedOn) })]
          : []),
        ...(source.neededOn.length === 0 ? [t('unneeded')] : []),
        ...stateWords(state),
      ].join('; ');
    },
    problem(problem) {
      return problem.kind === 'circle'
        ? t('problem.circle', { stages: list.format(problem.stages), count: problem.stages.length })
        : t(`problem.${problem.kind}`, problem);
    },
  };
}
