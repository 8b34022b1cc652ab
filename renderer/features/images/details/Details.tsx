import { Download, Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudioErrorData } from '../../../../shared/contract';
import { errorData, studio } from '../../../app/studio';
import type { ReadyImage } from '../../../stores/imagesStore';
import { Button, IconButton } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Menu } from '../../../ui/Menu';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { Tab, TabList, TabPanel, Tabs } from '../../../ui/Tabs';
import type { ImageAction } from '../actions/imageAction';
import { CopyButton } from '../CopyButton';
import { imageOfPart } from '../imageParts';
import type { ImagePart } from '../imageParts';
import { detailPanels } from '../panels';
import { PartItems } from '../parts/PartItems';
import { pinnedReference } from '../parts/pinnedReference';
import { partName, partNames } from '../tree/treeNodes';
import styles from './Details.module.css';

/** Everything about the selected part. */
export function Details({
  image,
  part,
  onAction,
}: {
  image: ReadyImage;
  part: ImagePart;
  /** Absent for an image beside the open one, which is only looked at. */
  onAction: ((action: ImageAction) => void) | undefined;
}) {
  const { t } = useTranslation('images');
  const [wanted, setWanted] = useState('summary');
  const panels = detailPanels.filter((panel) => panel.appliesTo(part, image));
  const shown = panels.find((panel) => panel.id === wanted) ?? panels[0];
  if (shown === undefined) return null;
  return (
    <section aria-label={t('details')} className={styles.details}>
      <PartTitle image={image} part={part} onAction={onAction} />
      <Tabs selected={shown.id} onSelect={setWanted} className={styles.tabs ?? ''}>
        <div className={styles.tabBar}>
          <TabList label={t('sections')}>
            {panels.map(({ id, titleKey }) => (
              <Tab key={id} id={id}>
                {t(titleKey)}
              </Tab>
            ))}
          </TabList>
        </div>
        {panels.map(({ id, Component }) => (
          <TabPanel key={id} id={id} className={styles.body ?? ''}>
            <Component key={part.id} image={image} part={part} />
          </TabPanel>
        ))}
      </Tabs>
      <PartActions key={part.id} image={image} part={part} />
    </section>
  );
}

function PartTitle({ image, part, onAction }: Parameters<typeof Details>[0]) {
  const { t } = useTranslation('images');
  const { root } = image.document;
  const platform = part.kind === 'index' ? undefined : imageOfPart(root, part)?.platform;
  const isPlatform = part.kind === 'manifest' && part.node.role === 'image';
  const title =
    part.kind === 'layer'
      ? t('layerOf', { number: part.layer + 1, count: part.node.layers.length })
      : partName(part, t, partNames(root, t));
  return (
    <header className={styles.head}>
      <h2 title={title}>{title}</h2>
      <span className={styles.headEnd}>
        {platform !== undefined && !isPlatform && <PlatformLabel platform={platform} />}
        {onAction !== undefined && (
          <Menu
            label={t('menuOfPart')}
            placement="bottom end"
            trigger={
              <IconButton
                size="sm"
                label={t('menuOfPart')}
                icon={<Ellipsis size={14} strokeWidth={1.5} aria-hidden="true" />}
              />
            }
          >
            <PartItems image={image} part={part} onAction={onAction} />
          </Menu>
        )}
      </span>
    </header>
  );
}

/** Buttons that copy what names the part, and save it. */
function PartActions({ image, part }: { image: ReadyImage; part: ImagePart }) {
  const { t } = useTranslation('images');
  const [state, setState] = useState<{ saving: boolean; saved?: string; error?: StudioErrorData }>({
    saving: false,
  });
  const { digest, size, urls } = part.descriptor;
  const pinned = pinnedReference(image.document, part);
  const isForeign = (urls?.length ?? 0) > 0;
  const save = async (): Promise<void> => {
    if (state.saving) return;
    setState({ saving: true });
    try {
      const { path } = await studio().call('images.saveBlob', { source: image.source, digest, size });
      setState(path === undefined ? { saving: false } : { saving: false, saved: path });
    } catch (thrown) {
      setState({ saving: false, error: errorData(thrown) });
    }
  };
  return (
    <footer className={styles.foot}>
      {state.error !== undefined && (
        <ErrorNote
          error={state.error}
          onRetry={() => void save()}
          onDismiss={() => setState({ saving: false })}
        />
      )}
      <p role="status" className={styles.saved}>
        {state.saving && t('saving')}
        {state.saved !== undefined && t('savedTo', { path: state.saved })}
      </p>
      <div className={styles.buttons}>
        <Button
          size="sm"
          icon={<Download size={14} strokeWidth={1.5} aria-hidden="true" />}
          isDisabled={isForeign}
          onPress={() => void save()}
        >
          {t('saveBlob')}
        </Button>
        <CopyButton label={t('copyDigest')} shownLabel={t('digestShort')} text={digest} />
        {pinned !== undefined && (
          <CopyButton label={t('copyReference')} shownLabel={t('referenceShort')} text={pinned} />
        )}
      </div>
    </footer>
  );
}
