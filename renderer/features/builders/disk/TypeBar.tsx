import { useTranslation } from 'react-i18next';
import type { CacheRecord } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { recordKey, totalBytes, totalsByType } from '../../../../shared/model/cacheRecords';
import styles from './DiskUse.module.css';

/** How much each type takes, as a bar of parts; what is marked to go is hatched. */
export function TypeBar({
  records,
  marked,
}: {
  records: readonly CacheRecord[];
  marked: ReadonlySet<string>;
}) {
  const { t } = useTranslation('disk');
  const total = totalBytes(records);
  const types = totalsByType(records).map((one, index) => {
    const going = records.filter((record) => record.type === one.type && marked.has(recordKey(record)));
    return { ...one, going: totalBytes(going), colour: styles[`q${Math.min(5, index + 1)}`] ?? '' };
  });
  const share = (bytes: number): string => `${total === 0 ? 0 : (bytes / total) * 100}%`;
  const texts = types.map(({ type, bytes }) => `${type} ${formatBytes(bytes)}`);
  return (
    <>
      <div role="img" aria-label={t('byType', { types: texts.join(', ') })} className={styles.bar}>
        {types.map(({ type, bytes, going, colour }) => (
          <span
            key={type}
            className={styles.part}
            style={{ width: share(bytes) }}
            title={`${type} ${formatBytes(bytes)}`}
          >
            {going < bytes && <span className={`${styles.kept} ${colour}`}>{type}</span>}
            {going > 0 && <span className={styles.going} style={{ width: share((going / bytes) * total) }} />}
          </span>
        ))}
      </div>
      <ul className={styles.legend}>
        {types.map(({ type, bytes, count, colour }) => (
          <li key={type}>
            <i className={colour} aria-hidden="true" />
            {t('legend', { type, size: formatBytes(bytes), count })}
          </li>
        ))}
      </ul>
    </>
  );
}
