import { ChevronDown, GitCompareArrows, History } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageDocument } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { formatDuration } from '../../../shared/model/duration';
import type { ReadyImage } from '../../stores/imagesStore';
import { openImage } from '../../stores/imagesStore';
import { selectInHistory, showView } from '../../stores/uiStore';
import { Button } from '../../ui/Button';
import { Menu, MenuItem, MenuSeparator } from '../../ui/Menu';
import { Select } from '../../ui/Select';
import type { ImageAction } from './actions/imageAction';
import { tagOf } from './actions/tagOf';
import { ColumnChooser } from './columns/ColumnChooser';
import { CompareWith } from './columns/CompareWith';
import { imageTotals } from './imageParts';
import styles from './ImagesView.module.css';

/** What the open image is called, where it comes from, and what can be done with it. */
export function ImageHeader({
  image,
  onAction,
}: {
  image: ReadyImage;
  onAction: (action: ImageAction) => void;
}) {
  const { t } = useTranslation('images');
  const [comparing, setComparing] = useState(false);
  const { document, source } = image;
  const { buildId } = document;
  const totals = imageTotals(document.root);
  return (
    <header className={styles.imageHead}>
      <div className={styles.imageTitle}>
        <h2 title={document.pinned ?? document.name}>{document.name}</h2>
        <span className={styles.imageButtons}>
          <ColumnChooser />
          <Button
            size="sm"
            icon={<GitCompareArrows size={14} strokeWidth={1.5} aria-hidden="true" />}
            onPress={() => setComparing(true)}
          >
            {t('compareWith')}
          </Button>
          {buildId !== undefined && (
            <Button
              size="sm"
              icon={<History size={14} strokeWidth={1.5} aria-hidden="true" />}
              onPress={() => {
                selectInHistory(buildId);
                showView('history');
              }}
            >
              {t('openInHistory')}
            </Button>
          )}
          <Menu
            label={t('actions')}
            placement="bottom end"
            trigger={
              <Button size="sm">
                {t('actions')}
                <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
              </Button>
            }
          >
            <MenuItem label={t('action.create')} onAction={() => onAction({ kind: 'create' })} />
            <MenuItem label={t('action.copy')} onAction={() => onAction({ kind: 'copy' })} />
            <MenuItem label={t('action.run')} onAction={() => onAction({ kind: 'run' })} />
            <MenuSeparator />
            <MenuItem
              label={t('action.delete')}
              danger
              isDisabled={tagOf(source) === undefined}
              onAction={() => onAction({ kind: 'delete' })}
            />
          </Menu>
        </span>
      </div>
      <div className={styles.imageFacts}>
        {document.registry !== undefined && <Registry registry={document.registry} />}
        <ArchiveChoice image={image} />
        <span>
          {t('totalPlatforms', { count: totals.platforms })},{' '}
          {t('totalManifests', { count: totals.manifests })},{' '}
          {t('totalStored', { size: formatBytes(totals.storedBytes) })}
        </span>
      </div>
      {comparing && <CompareWith image={image} onClose={() => setComparing(false)} />}
    </header>
  );
}

/** Which of an archive's images is shown, where it has several. */
function ArchiveChoice({ image: { source, document } }: { image: ReadyImage }) {
  const { t } = useTranslation('images');
  const { archive } = document;
  if (archive === undefined || source.kind !== 'archive') return null;
  const { references, shown } = archive;
  const all = t('allInArchive', { count: references.length });
  return (
    <Select
      label={t('inArchive')}
      hideLabel
      size="sm"
      options={references.map((reference) => ({ id: reference, label: reference }))}
      value={shown}
      placeholder={all}
      onChange={(reference) => void openImage({ ...source, reference })}
    />
  );
}

function Registry({
  registry: { domain, user, rateLimit },
}: {
  registry: NonNullable<ImageDocument['registry']>;
}) {
  const { t } = useTranslation('images');
  return (
    <>
      <span>{user === undefined ? t('notSignedIn', { domain }) : t('signedIn', { domain, user })}</span>
      {rateLimit !== undefined && (
        <span>
          {rateLimit.windowSeconds === undefined
            ? t('rateLimit', { remaining: rateLimit.remaining, limit: rateLimit.limit })
            : t('rateLimitWindow', {
                remaining: rateLimit.remaining,
                limit: rateLimit.limit,
                window: windowText(rateLimit.windowSeconds),
              })}
        </span>
      )}
    </>
  );
}

/** "6 h" for whole hours, as registries count. */
function windowText(seconds: number): string {
  return seconds > 0 && seconds % 3600 === 0 ? `${seconds / 3600} h` : formatDuration(seconds * 1000);
}
