import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../../shared/model/bytes';
import { Segmented } from '../../../ui/Segmented';
import { useContent } from '../content';
import { ContentState } from '../ContentState';
import { CopyButton } from '../CopyButton';
import styles from '../ImagesView.module.css';
import { prettyJson } from '../raw/prettyJson';
import type { Panel, PanelProps } from './panel';

const JsonEditor = lazy(() => import('../raw/JsonEditor'));

export const rawPanel: Panel = {
  id: 'raw',
  titleKey: 'tab.raw',
  appliesTo: () => true,
  Component: Raw,
};

/** The document itself, or of a layer, which is none, its descriptor. */
function Raw(props: PanelProps) {
  const { t } = useTranslation('images');
  const { part } = props;
  if (part.kind !== 'layer') return <StoredDocument {...props} />;
  const text = JSON.stringify(part.descriptor, undefined, 2);
  return (
    <div className={styles.raw}>
      <div className={styles.rawBar}>
        <span className={styles.dim}>{t('rawDescriptor')}</span>
        <CopyButton label={t('copyJson')} text={text} />
      </div>
      <Editor text={text} label={t('rawOf', { what: t('descriptor') })} />
    </div>
  );
}

function StoredDocument({ image, part }: PanelProps) {
  const { t } = useTranslation('images');
  const [form, setForm] = useState<'pretty' | 'stored'>('pretty');
  const { digest } = part.descriptor;
  const request = useMemo(() => ({ source: image.source, digest }), [image.source, digest]);
  const { content, retry } = useContent('images.raw', request);
  const text = content?.status === 'ready' ? content.value.text : undefined;
  const pretty = useMemo(() => (text === undefined ? undefined : prettyJson(text)), [text]);
  if (content?.status !== 'ready') {
    return <ContentState content={content} waiting={t('rawWaiting')} retry={retry} />;
  }
  const stored = content.value;
  const shown = form === 'pretty' && pretty !== undefined ? pretty : stored.text;
  return (
    <div className={styles.raw}>
      <div className={styles.rawBar}>
        <Segmented
          label={t('rawForm')}
          value={pretty === undefined ? 'stored' : form}
          onChange={setForm}
          segments={[
            { id: 'pretty', label: t('rawPretty'), isDisabled: pretty === undefined },
            { id: 'stored', label: t('rawStored') },
          ]}
        />
        <CopyButton label={t('copyJson')} text={shown} />
      </div>
      <p className={styles.rawNote}>
        {stored.truncated
          ? t('rawCut', { size: formatBytes(stored.size) })
          : pretty === undefined
            ? t('rawNoJson', { size: formatBytes(stored.size) })
            : t(form === 'pretty' ? 'rawPrettyNote' : 'rawStoredNote', { size: formatBytes(stored.size) })}
      </p>
      <Editor text={shown} label={t('rawOf', { what: part.descriptor.mediaType })} />
    </div>
  );
}

function Editor({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation('images');
  return (
    <Suspense
      fallback={
        <p role="status" className={styles.waiting}>
          {t('rawEditorWaiting')}
        </p>
      }
    >
      <JsonEditor label={label} value={text} className={styles.editor} />
    </Suspense>
  );
}
