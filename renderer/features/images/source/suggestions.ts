import type { BuildSummary, EngineImage, ImageSource } from '../../../../shared/contract';
import { hasImage } from '../../../stores/imagesStore';

export type SuggestionGroup = 'tags' | 'recent' | 'builds' | 'engine';

/** An image that can be opened without typing. */
export interface Suggestion {
  id: string;
  group: SuggestionGroup;
  label: string;
  /** Beside the label: the number of a build, the context of an engine. */
  meta?: string;
  source: ImageSource;
}

/** Of each group, no more than that are offered; typing narrows them. */
const mostOfGroup = 50;

/**
 * All suggestions that hold what was typed, group by group.
 *
 * @param tags of the repository that was typed, with its name before the colon
 */
export function findSuggestions(
  typed: string,
  known: {
    recent: readonly string[];
    builds: readonly BuildSummary[];
    engine: readonly EngineImage[];
    tags: { repository: string; tags: readonly string[] } | undefined;
  },
): Suggestion[] {
  const wanted = typed.trim().toLowerCase();
  const { tags } = known;
  const all: Suggestion[] = [
    ...(tags?.tags ?? []).map((tag): Suggestion => {
      const reference = `${tags?.repository}:${tag}`;
      return { id: `tag ${tag}`, group: 'tags', label: reference, source: { kind: 'registry', reference } };
    }),
    ...known.recent.map((reference): Suggestion => ({
      id: `recent ${reference}`,
      group: 'recent',
      label: reference,
      source: { kind: 'registry', reference },
    })),
    ...known.builds.filter(hasImage).map((build): Suggestion => ({
      id: `build ${build.id}`,
      group: 'builds',
      label: build.result?.references[0] ?? build.projectName,
      meta: `#${build.number}`,
      source: { kind: 'build', buildId: build.id },
    })),
    ...known.engine.flatMap(({ context, id, references }) =>
      // An image without a name is known by its id.
      (references.length > 0 ? references : [id]).map((reference): Suggestion => ({
        id: `engine ${context} ${reference}`,
        group: 'engine',
        label: reference,
        meta: context,
        source: { kind: 'engine', reference, context },
      })),
    ),
  ];
  const counts = new Map<SuggestionGroup, number>();
  return all.filter(({ group, label, meta = '' }) => {
    if (!`${label} ${meta}`.toLowerCase().includes(wanted)) return false;
    const count = (counts.get(group) ?? 0) + 1;
    counts.set(group, count);
    return count <= mostOfGroup;
  });
}
