import { Layers, RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from 'react-resizable-panels';
import { Split, SplitBorder } from '../../app/Split';
import { useBuilds } from '../../stores/buildsStore';
import {
  cancelReading,
  openedImage,
  openImage,
  openWanted,
  refreshImages,
  useImages,
} from '../../stores/imagesStore';
import type { OpenedImage, ReadyImage } from '../../stores/imagesStore';
import { showView, useUi } from '../../stores/uiStore';
import { Button, IconButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { useKeptFocus } from '../../ui/useKeptFocus';
import { ActionDialog } from './actions/ActionDialog';
import type { ImageAction } from './actions/imageAction';
import { isReady } from './columns/columns';
import { forgetContents } from './content';
import { Details } from './details/Details';
import { ImageTabs } from './ImageTabs';
import { findPart, nodePart } from './imageParts';
import type { ImagePart } from './imageParts';
import styles from './ImagesView.module.css';
import { SourceBar } from './source/SourceBar';
import { sourceName } from './sourceName';
import { ManifestTree } from './tree/ManifestTree';

/** An image from anywhere: its manifests on the left, what they share in the middle, one part in full on the right. */
export default function ImagesView() {
  const { t } = useTranslation('images');
  const inspected = useUi((state) => state.inspected);
  const builds = useBuilds((state) => state.builds);
  const isLoaded = useBuilds((state) => state.loaded);
  const opened = useImages((state) => state.opened);
  const shown = useShown();
  const [action, setAction] = useState<ImageAction>();
  useKeptFocus();

  useEffect(() => {
    if (inspected !== undefined || isLoaded) openWanted(inspected, builds);
  }, [inspected, builds, isLoaded]);

  return (
    <>
      <Split id="images" orientation="horizontal" panels={['tree', 'image', 'details']}>
        <Panel
          id="tree"
          defaultSize={300}
          minSize={220}
          maxSize={520}
          groupResizeBehavior="preserve-pixel-size"
          className={styles.side ?? ''}
        >
          <header className={styles.sideHead}>
            <h1>{t('title')}</h1>
            <IconButton
              size="sm"
              label={t('refresh')}
              icon={<RefreshCw size={14} strokeWidth={1.5} aria-hidden="true" />}
              isPending={opened?.status === 'loading'}
              onPress={() => {
                forgetContents();
                void refreshImages();
              }}
            />
          </header>
          <SourceBar />
          <OpenState opened={opened} />
          {isReady(opened) && (
            <ManifestTree
              key={opened.key}
              image={opened}
              selected={
                shown?.image.key === opened.key && shown.part.kind !== 'referrer' ? shown.part.id : undefined
              }
              onAction={setAction}
            />
          )}
        </Panel>
        <SplitBorder label={t('resizeTree')} />
        <Panel id="image" minSize={360} className={styles.pane ?? ''}>
          {shown !== undefined && isReady(opened) ? (
            <ImageTabs image={opened} shown={shown} onAction={setAction} />
          ) : (
            <NothingOpen opened={opened} isLoaded={isLoaded} />
          )}
        </Panel>
        <SplitBorder label={t('resizeDetails')} />
        <Panel
          id="details"
          defaultSize={300}
          minSize={240}
          maxSize={620}
          groupResizeBehavior="preserve-pixel-size"
          className={styles.pane ?? ''}
        >
          {shown === undefined ? (
            <NoDetails />
          ) : (
            <Details
              image={shown.image}
              part={shown.part}
              onAction={shown.image.key === opened?.key ? setAction : undefined}
            />
          )}
        </Panel>
      </Split>
      {action !== undefined && isReady(opened) && (
        <ActionDialog image={opened} action={action} onClose={() => setAction(undefined)} />
      )}
    </>
  );
}

/** The part in the details; of the open image as a whole while nothing is selected. */
function useShown(): { image: ReadyImage; part: ImagePart } | undefined {
  const selection = useImages((state) => state.selection);
  const opened = useImages((state) => state.opened);
  const selectedImage = useImages((state) => openedImage(state, selection?.image));
  if (isReady(selectedImage) && selection !== undefined) {
    const { referrer, part: id } = selection;
    const part: ImagePart | undefined =
      referrer === undefined
        ? findPart(selectedImage.document.root, id)
        : { kind: 'referrer', id: `referrer ${id}`, ...referrer };
    if (part !== undefined) return { image: selectedImage, part };
  }
  return isReady(opened) ? { image: opened, part: nodePart(opened.document.root) } : undefined;
}

/** That the image is being read, or why it could not be. */
function OpenState({ opened }: { opened: OpenedImage | undefined }) {
  const { t } = useTranslation(['images', 'app']);
  const builds = useBuilds((state) => state.builds);
  if (opened === undefined || opened.status === 'ready') return null;
  if (opened.status === 'loading') {
    return (
      <div className={styles.opening}>
        <p role="status">{t('opening', { name: sourceName(opened.source, builds) })}</p>
        <Button size="sm" onPress={() => cancelReading(opened.key)}>
          {t('ui.cancel', { ns: 'app' })}
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.failure}>
      <p className={styles.quiet}>{t('openFailed', { name: sourceName(opened.source, builds) })}</p>
      {opened.error !== undefined && (
        <ErrorNote error={opened.error} onRetry={() => void openImage(opened.source)} />
      )}
    </div>
  );
}

/** Keeps the place of the details, so that nothing moves when an image comes. */
function NoDetails() {
  const { t } = useTranslation('images');
  return (
    <section aria-label={t('details')} className={styles.noDetails}>
      <p className={styles.quiet}>{t('noDetails')}</p>
    </section>
  );
}

function NothingOpen({ opened, isLoaded }: { opened: OpenedImage | undefined; isLoaded: boolean }) {
  const { t } = useTranslation('images');
  const builds = useBuilds((state) => state.builds);
  if (opened?.status === 'loading') {
    return <EmptyState title={t('opening', { name: sourceName(opened.source, builds) })} />;
  }
  if (opened !== undefined) {
    return (
      <EmptyState icon={<Layers size={28} strokeWidth={1.25} />} title={t('notOpenedTitle')}>
        {t('notOpenedText')}
      </EmptyState>
    );
  }
  if (!isLoaded) return <EmptyState title={t('loading')} />;
  return (
    <EmptyState
      icon={<Layers size={28} strokeWidth={1.25} />}
      title={t('emptyTitle')}
      actions={<Button onPress={() => showView('build')}>{t('goBuild')}</Button>}
    >
      {t('emptyText')}
    </EmptyState>
  );
}
