import { FileBadge } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageDescriptor } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { selectPart } from '../../../stores/imagesStore';
import { Button } from '../../../ui/Button';
import { DataTable } from '../../../ui/DataTable';
import { EmptyState } from '../../../ui/EmptyState';
import { useContent } from '../content';
import { ContentState } from '../ContentState';
import { shortDigest } from '../imageParts';
import styles from '../ImagesView.module.css';
import { timeText } from '../timeText';
import type { Panel, PanelProps } from './panel';

export const referrersPanel: Panel = {
  id: 'referrers',
  titleKey: 'tab.referrers',
  appliesTo: () => true,
  Component: ReferrersOf,
};

/** What says to be about the selected manifest or index, such as signatures. */
function ReferrersOf({ image, part }: PanelProps) {
  const { t, i18n } = useTranslation('images');
  // While one of them is looked at, the list stays.
  const subject = part.kind === 'referrer' ? part.subject : part.node.descriptor.digest;
  const request = useMemo(() => ({ source: image.source, digest: subject }), [image.source, subject]);
  const { content, retry } = useContent('images.referrers', request);
  if (content?.status !== 'ready') {
    return <ContentState content={content} waiting={t('referrersWaiting')} retry={retry} />;
  }
  const { referrers, foundBy } = content.value;
  const how = t(`foundBy.${foundBy}`);
  if (referrers.length === 0) {
    return (
      <EmptyState title={t('referrersNone')}>
        {t('referrersNoneText', { digest: shortDigest(subject) })} {how}
      </EmptyState>
    );
  }
  const open = (descriptor: ImageDescriptor): void =>
    selectPart({ image: image.key, part: descriptor.digest, referrer: { descriptor, subject } });
  return (
    <div className={styles.sbom}>
      <p className={styles.sourceLine}>
        {t('referrersCount', { count: referrers.length })} {how}
      </p>
      <DataTable
        label={t('tab.referrers')}
        rows={referrers}
        rowKey={({ digest }) => digest}
        selectedKey={part.kind === 'referrer' ? part.descriptor.digest : undefined}
        columns={[
          {
            id: 'type',
            label: t('artifactType'),
            width: 'minmax(0, 2fr)',
            text: ({ artifactType, mediaType }) => artifactType ?? mediaType,
            content: (descriptor) => (
              <Button
                look="link"
                icon={<FileBadge size={14} strokeWidth={1.5} aria-hidden="true" />}
                aria-label={t('showReferrer', {
                  what: descriptor.artifactType ?? descriptor.mediaType,
                  digest: shortDigest(descriptor.digest),
                })}
                onPress={() => open(descriptor)}
              >
                {descriptor.artifactType ?? descriptor.mediaType}
              </Button>
            ),
          },
          {
            id: 'digest',
            label: t('digest'),
            width: '110px',
            text: ({ digest }) => shortDigest(digest),
            isCode: true,
          },
          {
            id: 'created',
            label: t('created'),
            width: 'minmax(0, 1fr)',
            text: (descriptor) => timeText(createdOf(descriptor), i18n.language) ?? '',
            order: (descriptor) => Date.parse(createdOf(descriptor) ?? '') || 0,
          },
          {
            id: 'size',
            label: t('size'),
            width: '80px',
            text: ({ size }) => formatBytes(size),
            order: ({ size }) => size,
            isNumber: true,
          },
        ]}
      />
    </div>
  );
}

/** A time of RFC 3339, where its maker tells one. */
function createdOf({ annotations }: ImageDescriptor): string | undefined {
  return annotations?.['org.opencontainers.image.created'];
}
