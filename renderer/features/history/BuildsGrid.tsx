import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildSummary } from '../../../shared/contract';
import { formatDuration } from '../../../shared/model/duration';
import { isRunning } from '../../stores/buildsStore';
import { PlatformLabel } from '../../ui/PlatformGlyph';
import { buildStatusIcon, StatusIcon } from '../../ui/StatusIcon';
import { shortMomentText } from '../../ui/timeText';
import { useNow } from '../../ui/useNow';
import styles from './HistoryView.module.css';

const columns = [
  'status',
  'build',
  'dockerfile',
  'builder',
  'platforms',
  'duration',
  'cached',
  'started',
] as const;
const rowHeight = 26;
/** More of them would not fit into their column. */
const mostPlatforms = 3;

/** All builds as a grid of rows; only those in sight are drawn. Arrows move, Enter selects. */
export function BuildsGrid({
  builds,
  selected,
  onSelect,
}: {
  builds: readonly BuildSummary[];
  selected: string | undefined;
  onSelect: (id: string) => void;
}) {
  const { t } = useTranslation('history');
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      builds.findIndex((build) => build.id === selected),
    ),
  );
  const focusNext = useRef(false);
  const virtualizer = useVirtualizer({
    count: builds.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });

  useEffect(() => {
    const row = focusNext.current ? scroller.current?.querySelector<HTMLElement>('[tabindex="0"]') : null;
    if (row === null || row === undefined) return;
    focusNext.current = false;
    row.focus();
  });

  const move = (to: number): void => {
    const index = Math.min(builds.length - 1, Math.max(0, to));
    const build = builds[index];
    if (build === undefined) return;
    focusNext.current = true;
    setActive(index);
    onSelect(build.id);
    virtualizer.scrollToIndex(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const targets: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: builds.length - 1,
      Enter: active,
      ' ': active,
    };
    const to = targets[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };

  return (
    <div role="grid" aria-label={t('grid')} aria-rowcount={builds.length + 1} className={styles.grid}>
      <div role="row" aria-rowindex={1} className={`${styles.row} ${styles.headRow}`}>
        {columns.map((id) => (
          <span
            key={id}
            role="columnheader"
            {...(id === 'started' ? { 'aria-sort': 'descending' as const } : {})}
            className={id === 'duration' ? styles.number : ''}
          >
            {t(`column.${id}`)}
          </span>
        ))}
      </div>
      <div ref={scroller} role="rowgroup" className={styles.rows}>
        <div role="presentation" style={{ position: 'relative', height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const build = builds[item.index];
            return (
              build && (
                <BuildRow
                  key={build.id}
                  build={build}
                  rowIndex={item.index + 2}
                  isSelected={build.id === selected}
                  tabIndex={item.index === Math.min(active, builds.length - 1) ? 0 : -1}
                  style={{ position: 'absolute', top: item.start, left: 0, right: 0 }}
                  onSelect={() => {
                    setActive(item.index);
                    onSelect(build.id);
                  }}
                  onKeyDown={onKeyDown}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

function BuildRow({
  build,
  rowIndex,
  isSelected,
  tabIndex,
  style,
  onSelect,
  onKeyDown,
}: {
  build: BuildSummary;
  rowIndex: number;
  isSelected: boolean;
  tabIndex: number;
  style: CSSProperties;
  onSelect: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}) {
  const { t, i18n } = useTranslation(['history', 'app']);
  const running = isRunning(build);
  const now = useNow(running ? 200 : 60_000);
  const icon = buildStatusIcon(build);
  const { result } = build;
  const cached =
    result && result.totalSteps > 0 ? Math.round((result.cachedSteps / result.totalSteps) * 100) : undefined;
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      tabIndex={tabIndex}
      className={`${styles.row} ${styles.dataRow}`}
      style={style}
      onClick={onSelect}
      onKeyDown={onKeyDown}
    >
      <span role="gridcell" className={`${styles.cell} ${styles.sub}`}>
        <StatusIcon status={icon} />
        {icon === 'warning' ? t('withWarnings') : t(`buildStatus.${build.status}`, { ns: 'app' })}
      </span>
      <span role="gridcell" className={styles.cell}>
        <span className={styles.name}>{build.projectName}</span>
        <span className={styles.dim}>#{build.number}</span>
      </span>
      <span role="gridcell" className={styles.sub}>
        {build.dockerfile}
      </span>
      <span role="gridcell" className={styles.sub}>
        {build.builder}
      </span>
      <span role="gridcell" className={styles.platforms} title={build.platforms.join(', ')}>
        {build.platforms.slice(0, mostPlatforms).map((platform) => (
          <PlatformLabel key={platform} platform={platform} short />
        ))}
        {build.platforms.length > mostPlatforms && <span>+{build.platforms.length - mostPlatforms}</span>}
      </span>
      <span role="gridcell" className={styles.number}>
        {formatDuration((build.endedMs ?? now) - build.startedMs)}
      </span>
      <span role="gridcell" className={styles.cell}>
        {cached !== undefined && (
          <>
            <span className={styles.percent}>{cached}%</span>
            <span className={styles.meter} aria-hidden="true">
              <span style={{ width: `${cached}%` }} />
            </span>
          </>
        )}
      </span>
      <span role="gridcell" className={styles.sub}>
        {shortMomentText(build.startedMs, now, i18n.language)}
      </span>
    </div>
  );
}
