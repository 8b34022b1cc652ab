import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CacheRecord } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { recordKey, totalsByType } from '../../../../shared/model/cacheRecords';
import { mapCache } from './cacheColumns';
import styles from './DiskUse.module.css';

/**
 * What takes how much, as areas: a column a node with its types, or of one node a column a type with how its records
 * are used. What is marked to go is struck out.
 */
export function CacheMap({
  records,
  marked,
}: {
  records: readonly CacheRecord[];
  /** Keys of what a prune would take. */
  marked: ReadonlySet<string>;
}) {
  const { t } = useTranslation('disk');
  const types = useMemo(() => totalsByType(records), [records]);
  const columns = useMemo(
    () => mapCache(records, (record) => marked.has(recordKey(record))),
    [records, marked],
  );
  const colourOf = (type: string): string =>
    styles[`q${Math.min(5, types.findIndex((one) => one.type === type) + 1)}`] ?? '';
  const texts = types.map(({ type, bytes }) => `${type} ${formatBytes(bytes)}`);
  return (
    <>
      <div role="img" aria-label={t('byType', { types: texts.join(', ') })} className={styles.map}>
        {columns.map((column) => (
          <div key={column.name} className={styles.mapColumn} style={{ flexGrow: Math.max(1, column.bytes) }}>
            <span className={styles.mapHead} title={`${column.name} ${formatBytes(column.bytes)}`}>
              <span className={styles.cut}>{column.name}</span>
              <span className={styles.mapSize}>{formatBytes(column.bytes)}</span>
            </span>
            {column.blocks.map(({ type, use, goes, bytes }) => {
              const label = use === undefined ? type : t(`state.${use}`);
              return (
                <span
                  key={`${type} ${use} ${goes}`}
                  className={`${styles.block} ${goes ? styles.blockGoing : colourOf(type)}`}
                  style={{ flexGrow: Math.max(1, bytes) }}
                  title={t(goes ? 'blockGoes' : 'block', { label, size: formatBytes(bytes) })}
                >
                  <span className={styles.cut}>{label}</span>
                  <span className={styles.mapSize}>{formatBytes(bytes)}</span>
                </span>
              );
            })}
          </div>
        ))}
      </div>
      <ul className={styles.legend}>
        {types.map(({ type, bytes, count }) => (
          <li key={type}>
            <i className={colourOf(type)} aria-hidden="true" />
            {t('legend', { type, size: formatBytes(bytes), count })}
          </li>
        ))}
      </ul>
    </>
  );
}
