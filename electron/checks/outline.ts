import type { CheckedTarget, Outline } from '../../shared/contract';
import type { SourceText } from '../../shared/dockerfile/fixes';
import type { OutlineAnswer, OutlineMount, TargetStage } from '../buildkit';
import { textRange } from './findings';

/** What the platforms' outlines say together: a mount is required when it is on any of them. */
export function mergeOutlines(
  answers: readonly { platform: string; outline: OutlineAnswer }[],
  source: SourceText,
): Outline {
  const args = new Map<string, Outline['args'][number]>();
  for (const { platform, outline } of answers) {
    for (const { name, description, value, ranges } of outline.args) {
      const arg = args.get(name) ?? { name, values: [], locations: [] };
      args.set(name, {
        ...arg,
        ...(description !== '' && { description }),
        values: value === '' ? arg.values : withValue(arg.values, value, platform),
        locations:
          arg.locations.length > 0
            ? arg.locations
            : ranges.filter(({ start }) => start.line >= 1).map((range) => textRange(range, source)),
      });
    }
  }
  return {
    args: [...args.values()],
    secrets: mergeMounts(answers.flatMap(({ outline }) => outline.secrets)),
    ssh: mergeMounts(answers.flatMap(({ outline }) => outline.ssh)),
  };
}

/** The stages are those of the text, so every platform's answer is the same; the first counts. */
export function toTargets(targets: readonly TargetStage[]): CheckedTarget[] {
  return targets.map(({ name, default: isDefault, description, base, platform }) => ({
    default: isDefault,
    base,
    ...(name !== '' && { name }),
    ...(description !== '' && { description }),
    ...(platform !== '' && { platform }),
  }));
}

type Values = Outline['args'][number]['values'];

function withValue(values: Values, value: string, platform: string): Values {
  if (!values.some((known) => known.value === value)) return [...values, { value, platforms: [platform] }];
  return values.map((known) =>
    known.value === value && !known.platforms.includes(platform)
      ? { value, platforms: [...known.platforms, platform] }
      : known,
  );
}

function mergeMounts(mounts: readonly OutlineMount[]): Outline['secrets'] {
  const merged = new Map<string, boolean>();
  for (const { id, required } of mounts) merged.set(id, required || (merged.get(id) ?? false));
  return [...merged].map(([id, required]) => ({ id, required }));
}
