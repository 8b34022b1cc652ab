import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sbom } from '../../../../shared/contract';
import { DataTable } from '../../../ui/DataTable';
import type { DataColumn } from '../../../ui/DataTable';
import { EmptyState } from '../../../ui/EmptyState';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { SearchField } from '../../../ui/SearchField';
import { Select } from '../../../ui/Select';
import { useContent } from '../content';
import { ContentState } from '../ContentState';
import styles from '../ImagesView.module.css';
import { timeText } from '../timeText';
import { countByType, packageTest, searchablePackages, untyped } from './packageList';
import type { SearchablePackage } from './packageList';
import type { Panel, PanelProps } from './panel';
import { useStatement } from './useStatement';

export const sbomPanel: Panel = {
  id: 'sbom',
  titleKey: 'tab.sbom',
  appliesTo: (_part, image) => image.document.root.type !== 'unknown',
  Component: SbomOfPlatform,
  Count: PackageCount,
};

/** Above this many bytes, the statement is only read when it is looked at. */
const readAtOnce = 4_000_000;

/** How many packages there are, where that is known or quickly found out. */
function PackageCount(props: PanelProps) {
  const { i18n } = useTranslation('images');
  const { statement, request } = useStatement(props, 'sbom');
  const size = statement?.descriptor.size ?? Infinity;
  const { content } = useContent('images.sbom', size <= readAtOnce ? request : undefined);
  return content?.status === 'ready' ? content.value.packages.length.toLocaleString(i18n.language) : null;
}

/** The packages in the image of the selected platform, as its SBOM lists them. */
function SbomOfPlatform(props: PanelProps) {
  const { t } = useTranslation('images');
  const { statement, request, others, platform } = useStatement(props, 'sbom');
  const { content, retry } = useContent('images.sbom', request);
  if (statement === undefined) {
    return <EmptyState title={t('sbomNoneTitle')}>{t('sbomNoneText')}</EmptyState>;
  }
  if (content?.status !== 'ready') {
    return <ContentState content={content} waiting={t('sbomWaiting')} retry={retry} />;
  }
  return <Packages sbom={content.value} platform={platform} others={others} />;
}

function Packages({ sbom, platform, others }: { sbom: Sbom; platform: string | undefined; others: number }) {
  const { t, i18n } = useTranslation('images');
  const [query, setQuery] = useState('');
  const [type, setType] = useState('');
  const packages = useMemo(() => searchablePackages(sbom.packages), [sbom]);
  const types = useMemo(() => countByType(sbom.packages), [sbom]);
  const filter = useMemo(() => packageTest(query, type), [query, type]);
  const shown = useMemo(
    () => (filter === undefined ? packages.length : packages.filter(filter).length),
    [packages, filter],
  );
  const columns: DataColumn<SearchablePackage>[] = [
    { id: 'name', label: t('name'), width: 'minmax(120px, 2fr)', text: ({ pack }) => pack.name },
    {
      id: 'version',
      label: t('version'),
      width: 'minmax(90px, 1fr)',
      text: ({ pack }) => pack.version ?? '',
      isCode: true,
    },
    { id: 'type', label: t('type'), width: '72px', text: ({ pack }) => pack.type ?? '' },
    {
      id: 'license',
      label: t('license'),
      width: 'minmax(80px, 1fr)',
      text: ({ pack }) => pack.license ?? '',
    },
    {
      id: 'locations',
      label: t('locations'),
      width: 'minmax(100px, 1.5fr)',
      text: ({ pack }) => pack.locations.join('\n'),
      isCode: true,
    },
  ];
  const figure = (count: number): string => count.toLocaleString(i18n.language);
  const typeName = (one: string): string => (one === untyped ? t('typeUnknown') : one);
  return (
    <div className={styles.sbom}>
      <div className={styles.toolRow}>
        <SearchField
          label={t('filterPackages')}
          value={query}
          onChange={setQuery}
          className={styles.search ?? ''}
        />
        <div className={styles.typeChoice}>
          <Select
            label={t('packageType')}
            hideLabel
            size="sm"
            value={type}
            onChange={setType}
            options={[
              { id: '', label: t('allTypes'), meta: figure(packages.length) },
              ...types.map((one) => ({ id: one.type, label: typeName(one.type), meta: figure(one.count) })),
            ]}
          />
        </div>
        <span role="status" className={styles.dim}>
          {shown === packages.length
            ? t('packages', { count: packages.length, number: figure(packages.length) })
            : t('packagesShown', {
                count: packages.length,
                number: figure(packages.length),
                shown: figure(shown),
              })}
        </span>
      </div>
      <p className={styles.sourceLine}>
        {platform !== undefined && <PlatformLabel platform={platform} />}
        {[sbom.format, ...sbom.tools, timeText(sbom.created, i18n.language)].filter(Boolean).join(', ')}
        {others > 0 && ` – ${t('moreStatements', { count: others })}`}
      </p>
      {shown === 0 ? (
        <EmptyState title={packages.length === 0 ? t('sbomEmpty') : t('sbomNoMatch')}>
          {packages.length === 0 ? t('sbomEmptyText') : t('sbomNoMatchText')}
        </EmptyState>
      ) : (
        <DataTable
          label={t('packagesTable')}
          columns={columns}
          rows={packages}
          filter={filter}
          rowKey={({ pack }, index) => `${index} ${pack.purl ?? pack.name}`}
        />
      )}
    </div>
  );
}
