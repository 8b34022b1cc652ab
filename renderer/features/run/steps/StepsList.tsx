import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, Merge } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../../../shared/model/duration';
import type { BuildProgress } from '../../../../shared/model/progress/types';
import { StatusIcon } from '../../../ui/StatusIcon';
import { useNow } from '../../../ui/useNow';
import { PlatformStrip } from './PlatformStrip';
import { stepGroups } from './stepRows';
import type { StepGroup, StepRow } from './stepRows';
import styles from './Steps.module.css';

type Entry = { type: 'group'; group: StepGroup; open: boolean } | { type: 'step'; row: StepRow };

const rowPixels = 22;

/** Stages and their steps; choosing one shows where it begins in the logs. */
export function StepsList({
  progress,
  onShowStep,
}: {
  progress: BuildProgress;
  onShowStep: (ids: readonly string[]) => void;
}) {
  const { t } = useTranslation('run');
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set(['internal ']));
  const [chosen, setChosen] = useState<string>();
  const scroller = useRef<HTMLDivElement>(null);
  const groups = useMemo(() => stepGroups(progress), [progress]);
  const entries = useMemo(
    () =>
      groups.flatMap((group): Entry[] => {
        const open = !folded.has(keyOf(group));
        return [
          { type: 'group', group, open },
          ...(open ? group.rows.map((row): Entry => ({ type: 'step', row })) : []),
        ];
      }),
    [groups, folded],
  );

  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan: 12,
    initialRect: { width: 208, height: 600 },
  });
  const toggle = (group: StepGroup): void => {
    const next = new Set(folded);
    if (!next.delete(keyOf(group))) next.add(keyOf(group));
    setFolded(next);
  };

  return (
    <div ref={scroller} className={styles.scroller}>
      <ul aria-label={t('steps.list')} className={styles.list} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const entry = entries[item.index];
          if (entry === undefined) return null;
          return (
            <li
              key={entry.type === 'group' ? `group ${keyOf(entry.group)}` : entry.row.key}
              className={styles.item}
              style={{ transform: `translateY(${item.start}px)` }}
              aria-setsize={entries.length}
              aria-posinset={item.index + 1}
            >
              {entry.type === 'group' ? (
                <GroupHead group={entry.group} open={entry.open} onToggle={() => toggle(entry.group)} />
              ) : (
                <StepItem
                  row={entry.row}
                  platforms={progress.platforms.length}
                  chosen={entry.row.key === chosen}
                  onChoose={() => {
                    setChosen(entry.row.key);
                    onShowStep(entry.row.ids);
                  }}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const keyOf = (group: StepGroup): string => `${group.kind} ${group.name}`;

function GroupHead({ group, open, onToggle }: { group: StepGroup; open: boolean; onToggle: () => void }) {
  const { t } = useTranslation('run');
  const Chevron = open ? ChevronDown : ChevronRight;
  const name = group.kind === 'stage' ? group.name || t('steps.onlyStage') : t(`steps.${group.kind}`);
  return (
    <button type="button" className={styles.group} aria-expanded={open} onClick={onToggle}>
      <Chevron size={12} strokeWidth={1.5} aria-hidden="true" />
      <StatusIcon status={group.status} size={12} label={t(`status.${group.status}`)} />
      <span className={styles.groupName}>{name}</span>
      <span className={styles.count}>{group.rows.length}</span>
    </button>
  );
}

function StepItem({
  row,
  platforms,
  chosen,
  onChoose,
}: {
  row: StepRow;
  platforms: number;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation('run');
  const shared =
    row.sharedBy.length > 0 ? t('steps.sharedBy', { platforms: row.sharedBy.join(', ') }) : undefined;
  const title = [`${row.position} ${row.text}`.trim(), t(`status.${row.status}`), shared]
    .filter(Boolean)
    .join('\n');
  return (
    <button
      type="button"
      className={`${styles.step} ${chosen ? styles.chosen : ''}`}
      aria-current={chosen}
      title={title}
      onClick={onChoose}
    >
      {row.position !== '' && <span className={styles.position}>{row.position}</span>}
      <span className={styles.text}>{row.text}</span>
      {shared !== undefined && (
        <span className={styles.shared}>
          <Merge size={12} strokeWidth={1.5} aria-hidden="true" />
          <span className={styles.hidden}>{t('steps.shared')}</span>
        </span>
      )}
      <StepTime row={row} />
      {platforms > 1 ? (
        <>
          <PlatformStrip strip={row.strip} />
          <span className={styles.hidden}>{t(`status.${row.status}`)}</span>
        </>
      ) : (
        <StatusIcon status={row.status} size={12} label={t(`status.${row.status}`)} />
      )}
    </button>
  );
}

function StepTime({ row }: { row: StepRow }) {
  const now = useNow(500, row.runningSinceMs !== undefined);
  const ms = row.runningSinceMs === undefined ? row.durationMs : now - row.runningSinceMs;
  if (ms === undefined || row.status === 'cached') return null;
  return <span className={styles.time}>{formatDuration(ms)}</span>;
}
