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
 * The same for narrow places: without `linux/`, and of the images' names only the end in which they differ, such as the
 * tag.
 */
export function shortColumnNames(columns: readonly ImageColumn[]): string[] {
  const images = columns.map(({ imageName }) => imageName);
  const [first = ''] = images;
  let same = 0;
  while (same < first.length && images.every((name) => name[same] === first[same])) same += 1;
  const start = Math.max(...['/', ':', '@', ' '].map((mark) => first.lastIndexOf(mark, same - 1))) + 1;
  const shortened = areSeveralImages(columns)
    ? columns.map((column) => ({ ...column, imageName: column.imageName.slice(start) || column.imageName }))
    : columns;
  return columnNames(shortened).map((name) => name.replace(/(^| )linux\//, '$1'));
}
