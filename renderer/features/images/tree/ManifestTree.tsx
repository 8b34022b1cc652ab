import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { columnId, selectPart } from '../../../stores/imagesStore';
import type { ReadyImage } from '../../../stores/imagesStore';
import { ContextMenu } from '../../../ui/Menu';
import { Tree } from '../../../ui/Tree';
import type { ImageAction } from '../actions/imageAction';
import { findPart } from '../imageParts';
import { PartItems } from '../parts/PartItems';
import styles from './Tree.module.css';
import { treeNodes, unfoldedAtFirst } from './treeNodes';

/** The image's index, manifests, and what they hold. A part's context menu has what can be done with it. */
export function ManifestTree({
  image,
  selected,
  onAction,
}: {
  image: ReadyImage;
  /** Id of the part in the details, when it is one of this image. */
  selected: string | undefined;
  onAction: (action: ImageAction) => void;
}) {
  const { t } = useTranslation('images');
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<Element>(null);
  const [menu, setMenu] = useState<string>();
  const { root } = image.document;
  const nodes = useMemo(() => treeNodes(root, t), [root, t]);
  const asked = menu === undefined ? undefined : findPart(root, menu);
  const select = (id: string): void => {
    const part = findPart(root, id);
    if (part === undefined) return;
    const layer =
      part.kind === 'layer' && part.node.role === 'image'
        ? { columnId: columnId(image.key, part.node.id), layer: part.layer }
        : undefined;
    selectPart({ image: image.key, part: id }, layer);
  };
  return (
    <div ref={scroller} className={styles.tree}>
      <Tree
        label={t('manifest')}
        nodes={nodes}
        selected={selected}
        defaultExpanded={unfoldedAtFirst(root)}
        scroller={scroller}
        onSelect={select}
        onMenu={(id) => {
          anchor.current = scroller.current?.querySelector(`[data-id="${CSS.escape(id)}"]`) ?? null;
          setMenu(id);
        }}
      />
      {asked !== undefined && (
        <ContextMenu label={t('menuOfPart')} anchor={anchor} isOpen onClose={() => setMenu(undefined)}>
          <PartItems image={image} part={asked} onAction={onAction} />
        </ContextMenu>
      )}
    </div>
  );
}
