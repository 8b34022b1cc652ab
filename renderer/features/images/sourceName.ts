import type { BuildSummary, ImageSource } from '../../../shared/contract';

/** What people call a source before it has been read. */
export function sourceName(source: ImageSource, builds: readonly BuildSummary[]): string {
  switch (source.kind) {
    case 'registry':
    case 'engine':
      return source.reference;
    case 'archive':
      return source.path;
    case 'build': {
      const build = builds.find(({ id }) => id === source.buildId);
      return build === undefined ? source.buildId : `${build.projectName} #${build.number}`;
    }
  }
}
