import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { configDifferences } from '../../../../shared/model/imageComparisonConfig';
import type { ConfigDifference } from '../../../../shared/model/imageComparisonConfig';
import { Fold } from '../../../ui/Fold';
import { columnNames } from './columnNames';
import styles from './LayerComparison.module.css';

/** In what the configurations of the images differ, folded to one line at first. */
export function ConfigDifferences({ columns }: { columns: readonly ImageColumn[] }) {
  const { t } = useTranslation('imageCompare');
  const [isOpen, setOpen] = useState(false);
  const differences = useMemo(() => configDifferences(columns), [columns]);
  const names = columnNames(columns);
  const nameOf = ({ part, name }: ConfigDifference): string =>
    name === '' ? t(`part.${part}`) : `${t(`part.${part}`)} ${name}`;
  const title = `${t('configuration')} ${differences.length}`;
  const hint = differences.length === 0 ? t('noDifferences') : differences.map(nameOf).join(', ');
  if (differences.length === 0) {
    return (
      <p className={styles.noFold}>
        <span className={styles.strong}>{t('configuration')}</span> {hint}
      </p>
    );
  }
  return (
    <Fold title={title} hint={hint} isOpen={isOpen} onChange={setOpen}>
      <div className={styles.foldBody}>
        <table aria-label={t('configuration')} className={styles.plain}>
          <thead>
            <tr>
              <th scope="col">{t('setting')}</th>
              {columns.map((column, index) => (
                <th key={column.id} scope="col">
                  {names[index]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differences.map((difference) => (
              <tr key={nameOf(difference)}>
                <th scope="row">
                  {t(`part.${difference.part}`)}{' '}
                  {difference.name !== '' && <code className={styles.mono}>{difference.name}</code>}
                </th>
                {difference.values.map((value, index) => (
                  <td key={columns[index]?.id ?? index}>
                    {columns[index]?.manifest.image === undefined ? (
                      <span className={styles.dim}>{t('unreadConfig')}</span>
                    ) : value === undefined ? (
                      <span className={styles.dim}>–</span>
                    ) : (
                      <code className={styles.value}>{value === '' ? '""' : value}</code>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Fold>
  );
}
