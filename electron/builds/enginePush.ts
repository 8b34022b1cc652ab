import { StudioError } from '../../shared/contract';
import type { PushNews } from '../docker';
import { asStep, type OwnStepNews } from './ownStep';
import { plannedName } from './plannedReference';
import type { RunContext } from './runContext';

/**
 * Lets a node's Docker Engine push what it has built, one tag after the other, each as a step of its own for all to see
 * (buildx does the same, build/build.go, `pushWithMoby`).
 *
 * @returns the digest in the registry of the first tag's image, where the engine tells it; what is pushed elsewhere can
 *   have another one, as the engine may compress layers anew
 * @throws StudioError with the registry's words and the tags that are pushed already, or the signal's reason
 */
export async function pushFromEngine(
  options: Pick<RunContext, 'builders' | 'request' | 'feed' | 'log' | 'signal'>,
  node: string,
  references: readonly string[],
): Promise<string | undefined> {
  const { builders, request, signal } = options;
  let first: string | undefined;
  for (const [index, reference] of references.entries()) {
    const id = `manifold:push:${index + 1}`;
    const name = `pushing ${plannedName(reference)}`;
    try {
      const digest = await asStep(options, { id, name, node }, (step) =>
        builders.push(request.builder, node, reference, { signal, onNews: pushNews(step) }),
      );
      if (index === 0) first = digest;
    } catch (error) {
      signal.throwIfAborted();
      throw pushFailure(error, { step: id, stepName: name }, references.slice(0, index));
    }
  }
  return first;
}

/** Tells of layers as BuildKit does when it pushes. */
function pushNews(step: OwnStepNews): (news: PushNews) => void {
  const started = new Map<string, number>();
  return ({ line, layer }) => {
    if (line !== undefined) step.line(line);
    if (layer === undefined) return;
    const startedMs = started.get(layer.id) ?? Date.now();
    started.set(layer.id, startedMs);
    step.activity({
      id: `pushing layer ${layer.id}`,
      name: '',
      current: layer.current,
      total: layer.total,
      startedMs,
      ...(layer.done ? { completedMs: Date.now() } : {}),
    });
  };
}

function pushFailure(
  error: unknown,
  where: { step: string; stepName: string },
  pushed: readonly string[],
): unknown {
  if (!(error instanceof StudioError)) return error;
  const { message, details, ...data } = error.toData();
  return new StudioError(
    {
      ...data,
      message: `${message}${pushed.length === 0 ? '' : ` Pushed before: ${pushed.map(plannedName).join(', ')}.`}`,
      details: { ...details, ...where },
    },
    { cause: error },
  );
}
