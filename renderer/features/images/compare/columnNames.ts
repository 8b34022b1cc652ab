import type { ImageColumn } from '../../../../shared/model/imageComparison';

/** Whether the columns are of several images, so that a platform alone doesn't say which is meant. */
export function areSeveralImages(columns: readonly ImageColumn[]): boolean {
  return new Set(columns.map(({ imageName }) => imageName)).size > 1;
}

/**
 * What each column is called: its platform; with the image's name where there are several images; the name alone where
 * an image has no platform, or all have the same.
 */
export function columnNames(columns: readonly ImageColumn[]): string[] {
  const several = areSeveralImages(columns);
  const onePlatform = new Set(columns.map(({ platform }) => platform)).size === 1;
  return columns.map(({ platform, imageName }) => {
    if (platform === '' || (several && onePlatform)) return imageName;
    return several ? `${imageName} ${platform}` : platform;
  });
}

/**
 * The images' names for narrow places, one a column: the end in which they differ, such as the tag, and of that only the
 * last part where that is enough.
 */
export function shortImageNames(columns: readonly ImageColumn[]): string[] {
  const images = columns.map(({ imageName }) => imageName);
  if (!areSeveralImages(columns)) return images;
  const [first = ''] = images;
  let same = 0;
  while (same < first.length && images.every((name) => name[same] === first[same])) same += 1;
  const start = Math.max(...['/', ':', '@', ' '].map((mark) => first.lastIndexOf(mark, same - 1))) + 1;
  const ends = images.map((name) => name.slice(start) || name);
  const last = ends.map((name) => name.slice(name.lastIndexOf('/') + 1));
  return new Set(last).size === new Set(images).size ? last : ends;
}

/** The columns' names for narrow places: without `linux/`, and with {@link shortImageNames}. */
export function shortColumnNames(columns: readonly ImageColumn[]): string[] {
  const images = shortImageNames(columns);
  const shortened = columns.map((column, index) => ({ ...column, imageName: images[index] ?? '' }));
  return columnNames(shortened).map((name) => name.replace(/(^| )linux\//, '$1'));
}
