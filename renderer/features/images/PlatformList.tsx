import { useTranslation } from 'react-i18next';
import type { ManifestNode } from '../../../shared/contract';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import styles from './ImagesView.module.css';

/** Nobody reads more of them; the tree has all. */
const mostNamed = 20;

/** The platforms of images, one below the other. */
export function PlatformList({ images }: { images: readonly ManifestNode[] }) {
  const { t } = useTranslation('images');
  return (
    <>
      {images.slice(0, mostNamed).map(({ id, platform }) => (
        <PlatformLabel key={id} platform={platform ?? t('noPlatform')} />
      ))}
      {images.length > mostNamed && (
        <span className={styles.dim}>{t('morePlatforms', { count: images.length - mostNamed })}</span>
      )}
    </>
  );
}
