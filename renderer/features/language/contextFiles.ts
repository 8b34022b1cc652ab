import type { CompletionAnswer, CompletionItem } from '../../../shared/dockerfile/language';
import { studio } from '../../app/studio';
import { projectStore } from '../../stores/projectStore';

/** The files of the build context that go on what was typed. Names with blanks only where they can be written. */
export async function contextFiles(
  { prefix, blanks }: NonNullable<CompletionAnswer['files']>,
  signal: AbortSignal,
): Promise<CompletionItem[]> {
  const { project, dockerfile } = projectStore.getState();
  if (project === undefined || dockerfile === undefined) return [];
  const { entries } = await studio().call(
    'projects.listContext',
    { project: project.path, dockerfile, prefix },
    { signal },
  );
  return entries
    .filter(({ name }) => (blanks || !/\s/.test(name)) && !/["'\\$,]/.test(name))
    .map(({ name, kind }, rank): CompletionItem => ({
      label: name,
      kind,
      insert: kind === 'folder' ? `${name}/` : name,
      ...(kind === 'folder' && { again: true }),
      rank,
    }));
}
