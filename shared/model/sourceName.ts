import type { ImageSource } from '../contract/images';

/** What an image is called by where it is. @param nameOfBuild what a build is called, by its ID */
export function sourceName(source: ImageSource, nameOfBuild: (id: string) => string = (id) => id): string {
  switch (source.kind) {
    case 'registry':
    case 'engine':
      return source.reference;
    case 'archive':
      return source.path;
    case 'build':
      return nameOfBuild(source.buildId);
  }
}
