import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../../shared/model/bytes';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import type { Blobs, ComparisonTotals } from '../../../../shared/model/imageComparisonTotals';
import { Fold } from '../../../ui/Fold';
import { columnNames } from './columnNames';
import styles from './LayerComparison.module.css';

/** What each two images share, and what only one of them has; in one line what all share and what is stored. */
export function SharedLayers({
  columns,
  totals,
}: {
  columns: readonly ImageColumn[];
  totals: ComparisonTotals;
}) {
  const { t } = useTranslation('imageCompare');
  const [isOpen, setOpen] = useState(false);
  const names = columnNames(columns);
  const blobs = ({ layers, bytes }: Blobs): string =>
    layers === 0 ? '–' : t('blobs', { size: formatBytes(bytes), count: layers });
  const hint = t('sharingHint', {
    stored: formatBytes(totals.stored.bytes),
    all: formatBytes(totals.bytes),
    shared: formatBytes(totals.sharedByAll.bytes),
  });
  return (
    <Fold title={t('sharing')} hint={hint} isOpen={isOpen} onChange={setOpen}>
      <div className={styles.foldBody}>
        <p className={styles.dim}>{hint}</p>
        <table aria-label={t('sharing')} className={styles.plain}>
          <thead>
            <tr>
              <th scope="col">{t('sharingWith')}</th>
              {columns.map((column, index) => (
                <th key={column.id} scope="col" className={styles.number}>
                  {names[index]}
                </th>
              ))}
              <th scope="col" className={styles.number}>
                {t('unique')}
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column, row) => (
              <tr key={column.id}>
                <th scope="row">{names[row]}</th>
                {columns.map((other, index) => (
                  <td key={other.id} className={styles.number}>
                    {index === row ? '' : blobs(totals.pairs[row]?.[index] ?? { layers: 0, bytes: 0 })}
                  </td>
                ))}
                <td className={styles.number}>
                  {blobs(totals.columns[row]?.unique ?? { layers: 0, bytes: 0 })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Fold>
  );
}
