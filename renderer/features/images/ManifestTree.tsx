import { Box, Braces, Layers } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../shared/model/bytes';
import { PlatformGlyph } from '../../ui/PlatformGlyph';
import { Tree } from '../../ui/Tree';
import type { TreeNode } from '../../ui/Tree';
import { shortDigest } from './imageParts';
import type { ImageParts } from './imageParts';
import styles from './ImagesView.module.css';

const icon = { size: 14, strokeWidth: 1.5, 'aria-hidden': true, className: styles.icon } as const;

/** Index, platforms, and each platform's config and layers. */
export function ManifestTree({
  image,
  selected,
  onSelect,
}: {
  image: ImageParts;
  selected: string;
  onSelect: (id: string) => void;
}) {
  const { t } = useTranslation('images');
  const scroller = useRef<HTMLDivElement>(null);
  const { root } = image;
  const rootName = t(root.kind === 'index' ? 'index' : 'singleManifest');
  const nodes: TreeNode[] = [
    {
      id: root.id,
      name: rootName,
      icon: <Layers {...icon} />,
      beside: <Facts digest={root.digest} />,
      children: image.platforms.map(({ image: platform, config, layers }) => ({
        id: platform.id,
        name: platform.platform,
        icon: <PlatformGlyph platform={platform.platform} />,
        beside: <Facts digest={platform.digest} size={platform.size} />,
        children: [
          ...(config === undefined
            ? []
            : [
                {
                  id: config.id,
                  name: t('config'),
                  icon: <Braces {...icon} />,
                  beside: <Facts digest={config.digest} />,
                },
              ]),
          ...layers.map((layer) => ({
            id: layer.id,
            name: t('layer', { number: layer.number }),
            icon: <Box {...icon} />,
            beside: <Facts digest={layer.digest} size={layer.size} />,
          })),
        ],
      })),
    },
  ];
  return (
    <div ref={scroller} className={styles.tree}>
      <Tree
        label={t('manifest')}
        nodes={nodes}
        selected={selected}
        defaultExpanded={[root.id, ...image.platforms.map((platform) => platform.image.id)]}
        scroller={scroller}
        onSelect={onSelect}
      />
    </div>
  );
}

function Facts({ digest, size }: { digest: string; size?: number }) {
  return (
    <>
      <span className={styles.digest}>{shortDigest(digest)}</span>
      {size !== undefined && <span className={styles.size}>{formatBytes(size)}</span>}
    </>
  );
}
