import type { CheckedTarget, Outline } from '../../../shared/contract';
import { useChecks } from '../../stores/checksStore';

const noOutline: Outline = { args: [], secrets: [], ssh: [] };
const noTargets: readonly CheckedTarget[] = [];

/** What BuildKit says the target stage can be given; nothing until it was asked. */
export function useOutline(): Outline {
  return useChecks((state) => state.outline) ?? noOutline;
}

/** The stages as the Dockerfile's frontend sees them; none until it was asked. */
export function useCheckedTargets(): readonly CheckedTarget[] {
  return useChecks((state) => state.targets) ?? noTargets;
}
