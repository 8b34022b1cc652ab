import type { ImageSource } from '../../shared/contract';

/** What errors call an image that has not been opened. */
export function sourceName(source: ImageSource): string {
  switch (source.kind) {
    case 'registry':
    case 'engine':
      return source.reference;
    case 'archive':
      return source.path;
    case 'build':
      return source.buildId;
  }
}
