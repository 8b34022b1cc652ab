import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../../shared/model/bytes';
import type { ImageColumn, ImageComparison } from '../../../../shared/model/imageComparison';
import type { ComparisonTotals } from '../../../../shared/model/imageComparisonTotals';
import field from '../../../ui/Field.module.css';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { areSeveralImages, shortImageNames } from './columnNames';
import styles from './LayerComparison.module.css';
import type { LayerSizes, SizeKind } from './layerSizes';
import { platformColour } from './platformColour';

/** The head of the table: for each column its platform, what it weighs, and how that differs from the first one. */
export function ColumnHeads({
  columns,
  comparison,
  totals,
  sizeKind,
  sizes: { sizeOf },
}: {
  columns: readonly ImageColumn[];
  comparison: ImageComparison;
  totals: ComparisonTotals;
  sizeKind: SizeKind;
  sizes: LayerSizes;
}) {
  const { t } = useTranslation('imageCompare');
  const several = areSeveralImages(columns);
  const shortNames = shortImageNames(columns);
  const layerRows = comparison.rows.filter(({ relation }) => relation !== 'none');
  const identical = layerRows.filter(({ relation }) => relation === 'identical').length;
  const unpacked = columns.map((_, index) => {
    const known = comparison.rows.flatMap(({ cells }) => {
      const layer = cells[index]?.layer;
      return (layer && sizeOf(layer)) ?? [];
    });
    return { known: known.length, bytes: known.reduce((sum, size) => sum + size, 0) };
  });
  const all = totals.columns.reduce((sum, { layers }) => sum + layers, 0);
  const knownOfAll = unpacked.reduce((sum, { known }) => sum + known, 0);
  const isWhole = (index: number): boolean => unpacked[index]?.known === totals.columns[index]?.layers;

  const totalOf = (index: number): string => {
    const { bytes, known } = unpacked[index] ?? { bytes: 0, known: 0 };
    if (isWhole(index)) return formatBytes(bytes);
    return known === 0 ? '–' : t('partKnown', { size: formatBytes(bytes) });
  };
  const differenceOf = (index: number): string => {
    if (index === 0) return columns.length > 1 ? t('reference') : '';
    const reference = unpacked[0]?.bytes ?? 0;
    if (!isWhole(0) || !isWhole(index) || reference === 0) return '';
    const percent = ((unpacked[index]?.bytes ?? 0) / reference - 1) * 100;
    const rounded = Math.abs(percent).toFixed(1);
    const sign = Number(rounded) === 0 ? '±' : percent > 0 ? '+' : '−';
    return t('difference', { sign, percent: Number(rounded) === 0 ? '0' : rounded });
  };
  return (
    <div role="rowgroup" className={styles.heads}>
      <div role="row" className={styles.headRow}>
        <span role="columnheader" className={`${styles.corner} ${styles.headCell}`}>
          <span>
            {sizeKind === 'unpacked'
              ? t('unpackedHead', { known: knownOfAll, all })
              : t(several ? 'compressedHeadImages' : 'compressedHead')}
          </span>
          {columns.length > 1 && <span>{t('sharedByAll', { count: identical, all: layerRows.length })}</span>}
        </span>
        {columns.map(({ id, platform, imageName }, index) => (
          <span
            key={id}
            role="columnheader"
            title={several ? imageName : undefined}
            className={styles.headCell}
            style={platformColour(platform)}
          >
            {several && (
              <>
                <span className={field.hidden}>{imageName}</span>
                <span aria-hidden="true" className={styles.imageName}>
                  <bdi>{shortNames[index]}</bdi>
                </span>
              </>
            )}
            <span className={styles.headLine}>
              <PlatformLabel platform={platform === '' ? t('noPlatform') : platform} />
              <span className={`${styles.end} ${styles.layerCount}`}>
                {t('layerCount', { count: totals.columns[index]?.layers ?? 0 })}
              </span>
            </span>
            <span className={styles.headLine}>
              <b className={styles.total}>{totalOf(index)}</b>
              <span className={styles.end}>{differenceOf(index)}</span>
            </span>
          </span>
        ))}
      </div>
    </div>
  );
}
