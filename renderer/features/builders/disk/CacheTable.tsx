import { Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CacheRecord } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { byNodeAndId, recordKey } from '../../../../shared/model/cacheRecords';
import { Badge } from '../../../ui/Badge';
import { DataTable } from '../../../ui/DataTable';
import type { DataColumn } from '../../../ui/DataTable';
import { agoText, momentText } from '../../../ui/timeText';
import styles from './DiskUse.module.css';

/** The records as a table, the largest first. */
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
  const { t, i18n } = useTranslation('disk');
  const { language } = i18n;
  // Equal ones keep this order, so that nothing jumps when records come anew.
  const ordered = useMemo(() => byNodeAndId(records), [records]);
  const columns: DataColumn<CacheRecord>[] = [
    {
      id: 'id',
      label: t('column.id'),
      width: '92px',
      text: ({ id }) => id,
      isCode: true,
      isMinor: true,
    },
    { id: 'type', label: t('column.type'), width: '118px', text: ({ type }) => type, isMinor: true },
    {
      id: 'description',
      label: t('column.description'),
      width: 'minmax(120px, 1fr)',
      text: ({ description }) => description,
    },
    ...(showNode
      ? [
          {
            id: 'node',
            label: t('column.node'),
            width: 'minmax(90px, 0.25fr)',
            text: ({ node }: CacheRecord) => node,
            isMinor: true,
          },
        ]
      : []),
    {
      id: 'size',
      label: t('column.size'),
      width: '72px',
      text: ({ size }) => formatBytes(size),
      order: ({ size }) => size,
      isNumber: true,
    },
    {
      id: 'lastUsed',
      label: t('column.lastUsed'),
      width: '76px',
      text: ({ lastUsedMs }) =>
        lastUsedMs === undefined ? t('never') : agoText(lastUsedMs, nowMs, language),
      title: ({ lastUsedMs }) => (lastUsedMs === undefined ? undefined : momentText(lastUsedMs, language)),
      order: ({ lastUsedMs }) => lastUsedMs ?? 0,
      isNumber: true,
    },
    {
      id: 'usageCount',
      label: t('column.usageCount'),
      width: '52px',
      text: ({ usageCount }) => String(usageCount),
      order: ({ usageCount }) => usageCount,
      isNumber: true,
    },
    {
      id: 'parents',
      label: t('column.parents'),
      width: '66px',
      text: ({ parents }) => (parents.length === 0 ? '–' : String(parents.length)),
      title: ({ parents }) => parents.join('\n') || undefined,
      order: ({ parents }) => parents.length,
      isNumber: true,
    },
    {
      id: 'state',
      label: t('column.state'),
      width: '96px',
      text: () => '',
      title: () => undefined,
      content: (record) => <State record={record} isMarked={marked.has(recordKey(record))} />,
      isSortable: false,
    },
  ];
  return (
    <div className={styles.table}>
      <DataTable
        label={t('records')}
        columns={columns}
        rows={ordered}
        rowKey={recordKey}
        firstOrder={{ column: 'size', descending: true }}
        isDimmed={(record) => marked.has(recordKey(record))}
      />
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
