import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { CacheRecord } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { recordKey, sortRecords } from '../../../../shared/model/cacheRecords';
import type { CacheColumn, CacheOrder } from '../../../../shared/model/cacheRecords';
import { Badge } from '../../../ui/Badge';
import { agoText, momentText } from '../../../ui/timeText';
import styles from './DiskUse.module.css';

const rowHeight = 26;
const numbers: readonly CacheColumn[] = ['size', 'lastUsed', 'usageCount', 'parents'];
const columns: readonly CacheColumn[] = [
  'id',
  'type',
  'description',
  'node',
  'size',
  'lastUsed',
  'usageCount',
  'parents',
];

/** The records as a table, sorted by a press on a column's head; only those in sight are drawn. */
export function CacheTable({
  records,
  marked,
  showNode,
  nowMs,
}: {
  records: readonly CacheRecord[];
  /** Keys of what a prune would take. */
  marked: ReadonlySet<string>;
  showNode: boolean;
  nowMs: number;
}) {
  const { t } = useTranslation('disk');
  const [order, setOrder] = useState<CacheOrder>({ column: 'size', descending: true });
  const sorted = useMemo(() => sortRecords(records, order), [records, order]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const shown = columns.filter((column) => showNode || column !== 'node');
  const sort = (column: CacheColumn): void =>
    setOrder((before) => ({
      column,
      descending: before.column === column ? !before.descending : numbers.includes(column),
    }));
  const look = showNode ? `${styles.row} ${styles.withNode}` : styles.row;
  return (
    <div
      ref={scroller}
      role="table"
      aria-label={t('records')}
      aria-rowcount={sorted.length + 1}
      // Scrolls by keys.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={styles.table}
    >
      <div role="rowgroup" className={styles.headGroup}>
        <div role="row" aria-rowindex={1} className={`${look} ${styles.headRow}`}>
          {shown.map((column) => {
            const isSorted = order.column === column;
            const Arrow = order.descending ? ArrowDown : ArrowUp;
            return (
              <span
                key={column}
                role="columnheader"
                {...(isSorted ? { 'aria-sort': order.descending ? 'descending' : 'ascending' } : {})}
                className={numbers.includes(column) ? styles.number : ''}
              >
                <button type="button" className={styles.sort} onClick={() => sort(column)}>
                  {t(`column.${column}`)}
                  {isSorted && <Arrow size={11} strokeWidth={1.5} aria-hidden="true" />}
                </button>
              </span>
            );
          })}
          <span role="columnheader">{t('column.state')}</span>
        </div>
      </div>
      <div role="rowgroup" style={{ position: 'relative', height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const record = sorted[item.index];
          return (
            record && (
              <RecordRow
                key={recordKey(record)}
                record={record}
                isMarked={marked.has(recordKey(record))}
                showNode={showNode}
                nowMs={nowMs}
                rowIndex={item.index + 2}
                className={look ?? ''}
                style={{ position: 'absolute', top: item.start, left: 0, right: 0 }}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function RecordRow({
  record,
  isMarked,
  showNode,
  nowMs,
  rowIndex,
  className,
  style,
}: {
  record: CacheRecord;
  isMarked: boolean;
  showNode: boolean;
  nowMs: number;
  rowIndex: number;
  className: string;
  style: CSSProperties;
}) {
  const { t, i18n } = useTranslation('disk');
  const { id, type, description, node, size, lastUsedMs, usageCount, parents } = record;
  const { language } = i18n;
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      className={`${className} ${styles.dataRow} ${isMarked ? styles.marked : ''}`}
      style={style}
    >
      <span role="cell" className={styles.id} title={id}>
        {id}
      </span>
      <span role="cell" className={styles.sub}>
        {type}
      </span>
      <span role="cell" title={description}>
        {description}
      </span>
      {showNode && (
        <span role="cell" className={styles.sub}>
          {node}
        </span>
      )}
      <span role="cell" className={styles.number}>
        {formatBytes(size)}
      </span>
      <span
        role="cell"
        className={styles.number}
        title={lastUsedMs === undefined ? undefined : momentText(lastUsedMs, language)}
      >
        {lastUsedMs === undefined ? t('never') : agoText(lastUsedMs, nowMs, language)}
      </span>
      <span role="cell" className={styles.number}>
        {usageCount}
      </span>
      <span role="cell" className={styles.number} title={parents.join('\n') || undefined}>
        {parents.length === 0 ? '–' : parents.length}
      </span>
      <span role="cell">
        <State record={record} isMarked={isMarked} />
      </span>
    </div>
  );
}

function State({ record, isMarked }: { record: CacheRecord; isMarked: boolean }) {
  const { t } = useTranslation('disk');
  if (isMarked) {
    return (
      <Badge look="failed">
        <Trash2 size={10} strokeWidth={1.5} aria-hidden="true" />
        {t('state.prune')}
      </Badge>
    );
  }
  if (record.inUse) return <Badge look="running">{t('state.inUse')}</Badge>;
  if (record.shared) return <Badge>{t('state.shared')}</Badge>;
  return <Badge look="line">{t('state.reclaimable')}</Badge>;
}
