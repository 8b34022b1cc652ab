import { Columns3 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { compareImages } from '../../../../shared/model/imageComparison';
import type { ImageColumn, SelectedLayer } from '../../../../shared/model/imageComparison';
import { totalsOf } from '../../../../shared/model/imageComparisonTotals';
import { Checkbox } from '../../../ui/Checkbox';
import { EmptyState } from '../../../ui/EmptyState';
import { Segmented } from '../../../ui/Segmented';
import { useUnpackedSizes } from '../files/unpackedSizes';
import { ComparisonTable } from './ComparisonTable';
import { ConfigDifferences } from './ConfigDifferences';
import styles from './LayerComparison.module.css';
import type { SizeKind } from './layerSizes';
import { SharedLayers } from './SharedLayers';

/** Images side by side: how their configurations differ, what they share, and their layers instruction by instruction. */
export function LayerComparison({
  columns,
  selected,
  onSelect,
  onOpenLine,
}: {
  columns: ImageColumn[];
  selected: SelectedLayer | undefined;
  onSelect: (layer: SelectedLayer) => void;
  /** A line of a Dockerfile, 1-based, is to be shown. */
  onOpenLine: (file: string, line: number) => void;
}) {
  const { t } = useTranslation('imageCompare');
  const [showsMetadata, setShowsMetadata] = useState(true);
  const [sizeKind, setSizeKind] = useState<SizeKind>('compressed');
  const known = useUnpackedSizes();
  const comparison = useMemo(() => compareImages(columns), [columns]);
  const totals = useMemo(() => totalsOf(columns), [columns]);

  if (columns.length === 0) {
    return (
      <EmptyState icon={<Columns3 size={28} strokeWidth={1.25} aria-hidden="true" />} title={t('nothing')} />
    );
  }
  return (
    <div className={styles.comparison}>
      <div className={styles.bar}>
        <Checkbox isSelected={showsMetadata} onChange={setShowsMetadata}>
          {t('metadataRows')}
        </Checkbox>
        <span className={styles.spring} />
        {sizeKind === 'unpacked' && <span className={styles.hint}>{t('unpackedHint')}</span>}
        <Segmented<SizeKind>
          label={t('sizes')}
          value={sizeKind}
          onChange={setSizeKind}
          segments={[
            { id: 'compressed', label: t('compressed') },
            { id: 'unpacked', label: t('unpacked') },
          ]}
        />
      </div>
      {columns.length > 1 && (
        <div className={styles.folds}>
          <ConfigDifferences columns={columns} />
          <SharedLayers columns={columns} totals={totals} />
        </div>
      )}
      <ComparisonTable
        columns={columns}
        comparison={comparison}
        totals={totals}
        showsMetadata={showsMetadata}
        sizeKind={sizeKind}
        unpackedSizes={known}
        selected={selected}
        onSelect={onSelect}
        onOpenLine={onOpenLine}
      />
    </div>
  );
}
