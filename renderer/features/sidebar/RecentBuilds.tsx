import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildSummary } from '../../../shared/contract';
import { formatDuration } from '../../../shared/model/duration';
import { isRunning, showBuild, useBuilds } from '../../stores/buildsStore';
import { showView } from '../../stores/uiStore';
import { Button } from '../../ui/Button';
import { buildStatusIcon, StatusIcon } from '../../ui/StatusIcon';
import { agoText } from '../../ui/timeText';
import { useNow } from '../../ui/useNow';
import styles from './Sidebar.module.css';

const rowHeight = 42;
/** Above this number, only the rows in sight are drawn. */
const manyBuilds = 60;

/** The last builds of all projects; a click shows one in the run panel. */
export function RecentBuilds({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation('app');
  const builds = useBuilds((state) => state.builds);
  const loaded = useBuilds((state) => state.loaded);
  const list = useRef<HTMLUListElement>(null);
  const isVirtual = builds.length > manyBuilds;
  const virtualizer = useVirtualizer({
    count: isVirtual ? builds.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  return (
    <section className={styles.section}>
      <h2 className={styles.head}>
        {t('sidebar.recentBuilds')}
        <Button look="link" onPress={() => showView('history')}>
          {t('sidebar.all')}
        </Button>
      </h2>
      <ul
        ref={list}
        aria-label={t('sidebar.recentBuilds')}
        style={isVirtual ? { position: 'relative', height: virtualizer.getTotalSize() } : undefined}
      >
        {isVirtual
          ? virtualizer.getVirtualItems().map((item) => {
              const build = builds[item.index];
              const top = item.start - virtualizer.options.scrollMargin;
              return (
                build && (
                  <li
                    key={build.id}
                    aria-setsize={builds.length}
                    aria-posinset={item.index + 1}
                    style={{ position: 'absolute', top, left: 0, right: 0 }}
                  >
                    <BuildRow build={build} />
                  </li>
                )
              );
            })
          : builds.map((build) => (
              <li key={build.id}>
                <BuildRow build={build} />
              </li>
            ))}
      </ul>
      {loaded && builds.length === 0 && <p className={styles.nothing}>{t('sidebar.noBuilds')}</p>}
    </section>
  );
}

function BuildRow({ build }: { build: BuildSummary }) {
  const { t, i18n } = useTranslation('app');
  const shown = useBuilds((state) => state.shownId === build.id);
  const running = isRunning(build);
  const now = useNow(running ? 100 : 30_000);
  const platforms =
    build.platforms.length === 0
      ? t('sidebar.defaultPlatform')
      : t('sidebar.platforms', { count: build.platforms.length });
  const notes = [
    platforms,
    ...(build.status === 'failed' || build.status === 'cancelled' ? [t(`buildStatus.${build.status}`)] : []),
    ...(build.warnings > 0 ? [t('sidebar.warnings', { count: build.warnings })] : []),
  ];
  return (
    <button type="button" aria-current={shown} className={styles.build} onClick={() => showBuild(build.id)}>
      <StatusIcon status={buildStatusIcon(build)} label={t(`buildStatus.${build.status}`)} />
      <span className={styles.body}>
        <span className={styles.first}>
          <span className={styles.grow}>{build.projectName}</span>
          <span className={styles.number}>#{build.number}</span>
          <span className={styles.time}>{formatDuration((build.endedMs ?? now) - build.startedMs)}</span>
        </span>
        <span className={styles.second}>
          <span className={styles.grow}>{notes.join(', ')}</span>
          <span>{running ? '' : agoText(build.endedMs ?? build.startedMs, now, i18n.language)}</span>
        </span>
      </span>
    </button>
  );
}
