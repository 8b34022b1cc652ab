import type { TFunction } from 'i18next';
import type { Lane } from '../../../../shared/model/progress/lanes';
import { parseStepName } from '../../../../shared/model/progress/stepName';
import { stepTitle } from '../log/stepTitle';

/** What a lane is at, in a few words: the step that runs, or how it ended. */
export function laneDoing(lane: Lane, t: TFunction<'run'>): string {
  const running = lane.steps.filter((step) => step.status === 'running');
  const step = running.find(({ name }) => parseStepName(name).kind === 'stage') ?? running.at(-1);
  if (step === undefined) return lane.status === 'running' ? t('lane.waiting') : t(`status.${lane.status}`);
  const { position, text } = stepTitle(step.name);
  return position === '' || position === 'internal' ? text : position;
}
