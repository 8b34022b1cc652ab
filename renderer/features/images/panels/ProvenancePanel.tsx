import { useTranslation } from 'react-i18next';
import type { Provenance } from '../../../../shared/contract';
import { DataTable } from '../../../ui/DataTable';
import { EmptyState } from '../../../ui/EmptyState';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { useContent } from '../content';
import { ContentState } from '../ContentState';
import { CopyButton } from '../CopyButton';
import { Fact, Facts, Group } from '../Facts';
import styles from '../ImagesView.module.css';
import { PairTable } from '../PairTable';
import { spanText, timeText } from '../timeText';
import type { Panel, PanelProps } from './panel';
import { useStatement } from './useStatement';

export const provenancePanel: Panel = {
  id: 'provenance',
  titleKey: 'tab.provenance',
  appliesTo: (_part, image) => image.document.root.type !== 'unknown',
  Component: ProvenanceOfPlatform,
};

/** What the image of the selected platform was built from, by what, and how. */
function ProvenanceOfPlatform(props: PanelProps) {
  const { t } = useTranslation('images');
  const { statement, request, platform } = useStatement(props, 'provenance');
  const { content, retry } = useContent('images.provenance', request);
  if (statement === undefined) {
    return <EmptyState title={t('provenanceNoneTitle')}>{t('provenanceNoneText')}</EmptyState>;
  }
  if (content?.status !== 'ready') {
    return <ContentState content={content} waiting={t('provenanceWaiting')} retry={retry} />;
  }
  return <Readable provenance={content.value} platform={platform} />;
}

function Readable({ provenance, platform }: { provenance: Provenance; platform: string | undefined }) {
  const { t, i18n } = useTranslation('images');
  const { source, started, finished } = provenance;
  const known = (value: boolean | undefined): string | undefined =>
    value === undefined ? undefined : t(value ? 'yes' : 'no');
  return (
    <div className={styles.scroll}>
      <Group title={t('build')} hint={`SLSA ${provenance.version === '1' ? 'v1' : 'v0.2'}`}>
        <Facts>
          {platform !== undefined && (
            <Fact name={t('platform')}>
              <PlatformLabel platform={platform} />
            </Fact>
          )}
          <Fact name={t('builder')} isCode>
            {provenance.builderId}
          </Fact>
          <Fact name={t('buildType')} isCode>
            {provenance.buildType}
          </Fact>
          <Fact name={t('frontend')} isCode>
            {provenance.frontend}
          </Fact>
          <Fact name={t('started')}>{timeText(started, i18n.language)}</Fact>
          <Fact name={t('finished')}>{timeText(finished, i18n.language)}</Fact>
          <Fact name={t('took')}>{spanText(started, finished)}</Fact>
          <Fact name={t('invocation')} isCode>
            {provenance.invocationId}
          </Fact>
          <Fact name={t('complete')}>{known(provenance.complete)}</Fact>
          <Fact name={t('reproducible')}>{known(provenance.reproducible)}</Fact>
        </Facts>
      </Group>
      <Group title={t('source')}>
        {source === undefined && provenance.target === undefined && (
          <p className={styles.quiet}>{t('sourceUnknown')}</p>
        )}
        <Facts>
          <Fact name={t('repository')} isCode>
            {source?.uri}
          </Fact>
          <Fact name={t('revision')} isCode>
            {source?.revision}
          </Fact>
          <Fact name={t('dockerfile')} isCode>
            {source?.entryPoint}
          </Fact>
          <Fact name={t('target')} isCode>
            {provenance.target}
          </Fact>
        </Facts>
      </Group>
      <Pairs title={t('buildArgs')} values={provenance.buildArgs} />
      <Pairs title={t('labels')} values={provenance.labels} />
      <Pairs title={t('parameters')} values={provenance.parameters} />
      <AskedFor title={t('secrets')} asked={provenance.secrets} />
      <AskedFor title={t('ssh')} asked={provenance.ssh} />
      <Materials materials={provenance.materials} />
    </div>
  );
}

function Pairs({ title, values }: { title: string; values: Record<string, string> }) {
  const pairs = Object.entries(values);
  if (pairs.length === 0) return null;
  return (
    <Group title={title} hint={pairs.length}>
      <PairTable label={title} pairs={pairs} />
    </Group>
  );
}

function AskedFor({ title, asked }: { title: string; asked: Provenance['secrets'] }) {
  const { t } = useTranslation('images');
  if (asked.length === 0) return null;
  return (
    <Group title={title} hint={asked.length}>
      <ul aria-label={title} className={styles.plainList}>
        {asked.map(({ id, optional }) => (
          <li key={id}>
            <span className={styles.code}>{id}</span>{' '}
            <span className={styles.dim}>{t(optional ? 'optional' : 'required')}</span>
          </li>
        ))}
      </ul>
    </Group>
  );
}

type Material = Provenance['materials'][number];
const digestOf = ({ digests }: Material): string =>
  Object.entries(digests)
    .map(([algorithm, value]) => `${algorithm}:${value}`)
    .join('\n');

function Materials({ materials }: { materials: readonly Material[] }) {
  const { t } = useTranslation('images');
  return (
    <Group title={t('materials')} hint={materials.length}>
      {materials.length === 0 ? (
        <p className={styles.quiet}>{t('materialsNone')}</p>
      ) : (
        <div className={styles.materials} style={{ height: Math.min(26 * (materials.length + 1) + 10, 420) }}>
          <DataTable
            label={t('materials')}
            rows={materials}
            rowKey={({ uri }, index) => `${index} ${uri}`}
            columns={[
              { id: 'uri', label: t('uri'), width: 'minmax(0, 1.2fr)', text: ({ uri }) => uri, isCode: true },
              {
                id: 'digest',
                label: t('digest'),
                width: 'minmax(0, 1fr)',
                text: digestOf,
                isCode: true,
              },
              {
                id: 'copy',
                label: t('copyColumn'),
                width: '44px',
                text: () => '',
                content: (material) =>
                  digestOf(material) !== '' && (
                    <CopyButton
                      isPlain
                      label={t('copyDigestOf', { what: material.uri })}
                      text={digestOf(material)}
                    />
                  ),
              },
            ]}
          />
        </div>
      )}
    </Group>
  );
}
