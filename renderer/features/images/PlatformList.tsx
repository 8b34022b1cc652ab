import { useTranslation } from 'react-i18next';
import type { ManifestNode } from '../../../shared/contract';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import styles from './ImagesView.module.css';

/** Nobody reads more of them; the tree has all. */
const mostNamed = 20;

/** The platforms of images, each once, one below the other. */
export function PlatformList({ images }: { images: readonly ManifestNode[] }) {
  const { t } = useTranslation('images');
  const platforms = [...new Set(images.map(({ platform }) => platform ?? t('noPlatform')))];
  return (
    <>
      {platforms.slice(0, mostNamed).map((platform) => (
        <PlatformLabel key={platform} platform={platform} />
      ))}
      {platforms.length > mostNamed && (
        <span className={styles.dim}>{t('morePlatforms', { count: platforms.length - mostNamed })}</span>
      )}
    </>
  );
}
