import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { columnId } from '../../../stores/imagesStore';
import type { OpenedImage, ReadyImage } from '../../../stores/imagesStore';
import { allNodes, imageNames, platformImages } from '../imageParts';

/** More are not put side by side: the core takes no more, and nobody could read them. */
export const mostColumns = 8;

/** Whether an image has been read; while it is read again, it has. */
export function isReady(image: OpenedImage | undefined): image is ReadyImage {
  return image?.document !== undefined;
}

/** A column for every platform of every image, image by image; an archive may have several images in it. */
export function allColumns(images: readonly ReadyImage[]): ImageColumn[] {
  return images.flatMap(({ key, source, document: { root, name } }) => {
    const names = imageNames(root);
    const members = root.type === 'index' ? root.children.filter(({ id }) => names.has(id)) : [];
    const nameOf = new Map(
      members.flatMap((member) => allNodes(member).map(({ id }) => [id, names.get(member.id)])),
    );
    return platformImages(root).map((manifest) => ({
      id: columnId(key, manifest.id),
      source,
      imageName: nameOf.get(manifest.id) ?? name,
      platform: manifest.platform ?? '',
      manifest,
    }));
  });
}

/**
 * What is compared unless the person chooses: the platforms of one image; of several, each platform that they share,
 * image beside image. Images that share none are all shown.
 */
export function usualColumns(images: readonly ReadyImage[]): ImageColumn[] {
  const columns = allColumns(images);
  if (images.length < 2) return columns.slice(0, mostColumns);
  const [opened] = images;
  const platforms = [...new Set(columns.filter(isOf(opened)).map((column) => column.platform))];
  const pairs = platforms.flatMap((platform) => {
    const same = columns.filter((column) => column.platform === platform);
    return new Set(same.map(({ source }) => source)).size > 1 ? same : [];
  });
  return (pairs.length > 0 ? pairs : columns).slice(0, mostColumns);
}

const isOf =
  (image: ReadyImage | undefined) =>
  ({ source }: ImageColumn): boolean =>
    source === image?.source;

/** The chosen columns, as far as there are such; the usual ones where none was chosen. */
export function shownColumns(
  images: readonly ReadyImage[],
  chosen: readonly string[] | undefined,
): ImageColumn[] {
  if (chosen === undefined) return usualColumns(images);
  const columns = allColumns(images);
  // In the order in which they were chosen.
  return chosen.flatMap((id) => columns.filter((column) => column.id === id)).slice(0, mostColumns);
}

/** The name of a column where several images are side by side. */
export function columnName(
  { imageName, platform }: ImageColumn,
  severalImages: boolean,
  noPlatform: string,
): string {
  const shown = platform === '' ? noPlatform : platform;
  return severalImages ? `${imageName} ${shown}` : shown;
}
