import { RefreshCw, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { recordKey, searchRecords, totalBytes } from '../../../../shared/model/cacheRecords';
import { Button, IconButton } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { SearchField } from '../../../ui/SearchField';
import { Segmented } from '../../../ui/Segmented';
import { useNow } from '../../../ui/useNow';
import { CacheMap } from './CacheMap';
import { CacheTable } from './CacheTable';
import styles from './DiskUse.module.css';
import { emptyPruneForm, readPruneForm } from './pruneForm';
import { PrunePanel, PruneProgress } from './PrunePanel';
import { useCacheRecords } from './useCacheRecords';
import { usePrune } from './usePrune';

const allNodes = '';
const none: ReadonlySet<string> = new Set();

/** What a builder's cache takes on disk, record by record, and the way to take some of it away. */
export function DiskUse({ builder }: { builder: Builder }) {
  const { t } = useTranslation('disk');
  const state = builder.nodes.map(({ name, status }) => `${name} ${status}`).join('\n');
  const { byNode, failures, waiting, reading, error, reload } = useCacheRecords(builder.name, state);
  const { run, start, cancel, forget } = usePrune(reload);
  const [form, setForm] = useState(emptyPruneForm);
  const [isOpen, setOpen] = useState(false);
  const [expected, setExpected] = useState({ bytes: 0, count: 0 });
  const [query, setQuery] = useState('');
  const [chosen, setNode] = useState(allNodes);
  const now = useNow(60_000);

  const node = byNode.has(chosen) ? chosen : allNodes;
  const gone = run?.gone ?? none;
  const names = builder.nodes.map(({ name }) => name).filter((name) => byNode.has(name));
  const records = useMemo(
    () => [...byNode.values()].flat().filter((record) => !gone.has(recordKey(record))),
    [byNode, gone],
  );
  const read = useMemo(
    () => readPruneForm(form, builder.name, records, now),
    [form, builder.name, records, now],
  );
  const ofNode = useMemo(
    () => (node === allNodes ? records : records.filter((record) => record.node === node)),
    [records, node],
  );
  const found = useMemo(() => searchRecords(ofNode, query, now), [ofNode, query, now]);
  const marked = isOpen && run === undefined ? read.preview.keys : none;
  const limit = builder.nodes.reduce((sum, { gcPolicy }) => sum + (gcPolicy.at(-1)?.maxUsedBytes ?? 0), 0);

  const confirm = (): void => {
    setExpected({ bytes: read.preview.bytes, count: read.preview.keys.size });
    start(read.request);
  };
  const close = (): void => {
    setOpen(false);
    setForm(emptyPruneForm);
    forget();
  };
  const isStopped = builder.nodes.every(({ status }) => status === 'stopped');
  if (isStopped) {
    return (
      <section className={styles.section}>
        <div className={styles.head}>
          <h3>{t('title')}</h3>
          <span className={styles.spring} />
          <Button size="sm" icon={<Trash2 size={14} strokeWidth={1.5} aria-hidden="true" />} isDisabled>
            {t('prune')}
          </Button>
        </div>
        <p className={styles.empty}>{t('stopped')}</p>
      </section>
    );
  }
  // Why a node doesn't answer is said at the node already.
  const isNews = ([name]: [string, unknown]): boolean =>
    builder.nodes.find((one) => one.name === name)?.status !== 'unreachable';
  const waitingText = reading ? t('reading', { nodes: waiting.join(', ') }) : '';
  return (
    <>
      <section className={styles.section} aria-label={t('title')}>
        <div className={styles.head}>
          <h3>{t('title')}</h3>
          <span className={styles.dim}>
            {limit > 0
              ? t('totalOf', { size: formatBytes(totalBytes(records)), limit: formatBytes(limit) })
              : formatBytes(totalBytes(records))}
          </span>
          <span role="status" aria-label={t('readingStatus')} className={styles.dim}>
            {waitingText}
          </span>
          <span className={styles.spring} />
          {byNode.size > 1 && (
            <Segmented
              label={t('node')}
              value={node}
              onChange={setNode}
              segments={[
                { id: allNodes, label: t('allNodes') },
                ...names.map((name) => ({
                  id: name,
                  label: name,
                  content: `${name} ${formatBytes(totalBytes(byNode.get(name) ?? []))}`,
                })),
              ]}
            />
          )}
          <IconButton
            size="sm"
            label={t('refresh')}
            icon={<RefreshCw size={14} strokeWidth={1.5} aria-hidden="true" />}
            onPress={reload}
          />
          <Button
            size="sm"
            icon={<Trash2 size={14} strokeWidth={1.5} aria-hidden="true" />}
            aria-expanded={isOpen}
            isDisabled={records.length === 0 && !isOpen}
            onPress={() => (isOpen && run?.status !== 'running' ? close() : setOpen(true))}
          >
            {t('prune')}
          </Button>
        </div>
        {error !== undefined && <ErrorNote error={error} />}
        {[...failures].filter(isNews).map(([name, failure]) => (
          <ErrorNote key={name} error={failure} onRetry={reload} />
        ))}
        {isOpen &&
          (run === undefined ? (
            <PrunePanel
              form={form}
              read={read}
              records={records}
              onAllNodes={builder.nodes.length > 1}
              onChange={setForm}
              onConfirm={confirm}
              onClose={close}
            />
          ) : (
            <PruneProgress run={run} expected={expected} onCancel={cancel} onClose={close} />
          ))}
        {ofNode.length > 0 && <CacheMap records={ofNode} marked={marked} />}
      </section>
      <section className={styles.section}>
        <div className={styles.head}>
          <h3>{t('records')}</h3>
          <span className={styles.dim}>
            {found.length === ofNode.length
              ? found.length
              : t('foundOf', { found: found.length, all: ofNode.length })}
          </span>
          <span className={styles.spring} />
          <SearchField
            label={t('filterRecords')}
            placeholder={t('filterExample')}
            value={query}
            onChange={setQuery}
            className={styles.search ?? ''}
          />
        </div>
        {found.length > 0 ? (
          <CacheTable records={found} marked={marked} showNode={builder.nodes.length > 1} nowMs={now} />
        ) : (
          <p className={styles.empty}>
            {ofNode.length > 0
              ? t('nothingFound')
              : reading
                ? t('readingFirst')
                : byNode.size === 0
                  ? t('notRead')
                  : t('empty')}
          </p>
        )}
      </section>
    </>
  );
}
