import type { ImageColumn } from '../../../../shared/model/imageComparison';
import field from '../../../ui/Field.module.css';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import { areSeveralImages, shortColumnNames, shortImageNames } from '../compare/columnNames';
import styles from './LayerFiles.module.css';

/**
 * What stands over the files of each image: its platform; where there are several images, below it which one, shortened
 * in the middle. What is cut off is the title, and read out.
 */
export function FileColumnHeads({
  columns,
  names,
}: {
  columns: readonly ImageColumn[];
  /** What the columns are called in full. */
  names: readonly string[];
}) {
  const several = areSeveralImages(columns);
  const images = shortImageNames(columns);
  const short = shortColumnNames(columns);
  return columns.map(({ id, platform, imageName }, index) => {
    const name = names[index] ?? '';
    const title = platform === '' || name.includes(platform) ? name : `${name} ${platform}`;
    return (
      <span key={id} className={styles.columnHead} title={title}>
        <span className={field.hidden}>{title}</span>
        <span aria-hidden="true" className={styles.columnPlatform}>
          <PlatformGlyph platform={platform} size={8} />
          <span className={styles.cut}>{several ? platform.replace(/^linux\//, '') : short[index]}</span>
        </span>
        {several && <ImageName name={images[index] ?? imageName} />}
      </span>
    );
  });
}

/** A reference whose tag stays in sight when its repository is cut. */
function ImageName({ name }: { name: string }) {
  const at = Math.max(name.lastIndexOf(':'), name.lastIndexOf('@'));
  const tag = at > 0 ? name.slice(at) : '';
  return (
    <span aria-hidden="true" className={styles.columnImage}>
      <span className={styles.cut}>{tag === '' ? name : name.slice(0, at)}</span>
      {tag !== '' && <span className={styles.columnTag}>{tag}</span>}
    </span>
  );
}
