import type { BuildSummary, ImageSource } from '../../../shared/contract';
import { sourceName as nameOf } from '../../../shared/model/sourceName';

/** What people call a source before it has been read. */
export function sourceName(source: ImageSource, builds: readonly BuildSummary[]): string {
  return nameOf(source, (id) => {
    const build = builds.find((one) => one.id === id);
    return build === undefined ? id : `${build.projectName} #${build.number}`;
  });
}
