import type { HistoryStep } from '../../../shared/contract';
import { listOf, memberOf, objectOf, present, textOf } from './loose';

/** Instructions that change the config only, as Docker and BuildKit write them into the history. */
const configOnly =
  /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:ENV|LABEL|CMD|ENTRYPOINT|EXPOSE|USER|ARG|STOPSIGNAL|HEALTHCHECK|SHELL|ONBUILD|MAINTAINER|VOLUME)\b/i;

interface Step {
  readonly step: HistoryStep;
  readonly makesLayer: boolean;
}

/**
 * An image's history with the layers that its steps made (image-spec config.md, history). Where it tells of another
 * number of layers than there are, it is taken to tell of the last ones: what is missing is the history of the base
 * image. A layer that no step tells of has a step without words.
 *
 * @param history the config's member, as it is
 * @param layers how many layers the manifest has
 */
export function alignHistory(history: unknown, layers: number): HistoryStep[] {
  const steps = listOf(history)
    .filter((one) => objectOf(one) !== undefined)
    .map(stepOf);
  const makers = makersOf(steps, layers);
  const untold = Math.max(0, layers - makers.size);
  // More steps than layers, as after a squash: the last of them are those that made something.
  let surplus = Math.max(0, makers.size - layers);
  let layer = untold;
  const told = steps.map((one): HistoryStep => {
    if (!makers.has(one)) return one.step;
    if (surplus-- > 0) return one.step;
    return { ...one.step, layer: layer++ };
  });
  return [...Array.from({ length: untold }, (_, index) => ({ createdBy: '', layer: index })), ...told];
}

/** The steps that made a layer. Some tools mark none as empty; then the words tell. */
function makersOf(steps: readonly Step[], layers: number): Set<Step> {
  const marked = steps.filter(({ makesLayer }) => makesLayer);
  if (marked.length <= layers) return new Set(marked);
  const likely = marked.filter(({ step }) => !configOnly.test(step.createdBy));
  return new Set(likely.length >= layers ? likely : marked);
}

function stepOf(value: unknown): Step {
  return {
    makesLayer: memberOf(value, 'empty_layer') !== true,
    step: {
      createdBy: textOf(memberOf(value, 'created_by')) ?? '',
      ...present({
        created: textOf(memberOf(value, 'created')),
        author: textOf(memberOf(value, 'author')),
        comment: textOf(memberOf(value, 'comment')),
      }),
    },
  };
}
