import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudioErrorData } from '../../../../shared/contract';
import type { Lane } from '../../../../shared/model/progress/lanes';
import { errorData, reportDefect, studio } from '../../../app/studio';
import { coreText } from '../../../locales/core';
import type { LogSource } from '../../../stores/logStore';
import { Tab, TabList, TabPanel, Tabs } from '../../../ui/Tabs';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import { laneDoing } from '../lanes/laneDoing';
import styles from './Log.module.css';
import { LogPane } from './LogPane';
import type { PaneHandle, PaneMatches } from './LogPane';
import { LogTools } from './LogTools';
import type { LogView } from './LogTools';
import type { PaneFormat } from './paneTerminal';

const mostColumns = 4;
/** Narrower columns can't be read; then one pane shows all. */
const narrowestColumn = 170;
const all = 'all';

/** What other parts of the run panel ask of the logs. */
export interface LogsHandle {
  scrollToSteps(ids: readonly string[]): void;
}

/** The log panes with their bar. `before` and `after` stand beside the panes. */
export function Logs({
  source,
  lanes,
  originMs,
  view,
  onView,
  hasOutcome,
  onReady,
  before,
  after,
}: {
  source: LogSource;
  lanes: readonly Lane[];
  originMs: number;
  view: LogView;
  onView: (patch: Partial<LogView>) => void;
  hasOutcome: boolean;
  /** Hands out what other parts may ask of the logs. */
  onReady: (logs: LogsHandle) => void;
  before: ReactNode;
  after: ReactNode;
}) {
  const { t } = useTranslation('run');
  const [tab, setTab] = useState(all);
  const [search, setSearch] = useState('');
  const [saveError, setSaveError] = useState<StudioErrorData>();
  const panes = useRef(new Map<string, PaneHandle>());
  const active = useRef<string>(undefined);
  const [matches, setMatches] = useState<ReadonlyMap<string, PaneMatches>>(new Map());

  const [body, width] = useWidth();
  const canArrange = lanes.length > 1 && lanes.length <= mostColumns;
  const platforms = lanes.map((lane) => lane.platform);
  const selected = tab === all || platforms.includes(tab) ? tab : all;
  const wide = width === 0 || width / lanes.length >= narrowestColumn;
  const columns = selected === all && canArrange && wide && view.arrangement === 'columns';
  const shown = columns ? platforms : [selected];
  const format = usePaneFormat(view, originMs);

  const find = (direction: 'next' | 'previous'): void => {
    const order = shown.filter((key) => (matches.get(key)?.count ?? 0) > 0);
    const start = Math.max(0, order.indexOf(active.current ?? ''));
    const key = order[start];
    if (key === undefined) return;
    const { current, count } = matches.get(key) ?? { current: -1, count: 0 };
    const leaves = active.current !== undefined && current === (direction === 'next' ? count - 1 : 0);
    const next = leaves ? order[(start + (direction === 'next' ? 1 : order.length - 1)) % order.length] : key;
    active.current = next;
    onView({ following: false });
    panes.current.get(next ?? key)?.find(direction);
  };
  const stopFollowing = useRef(onView);
  useEffect(() => {
    stopFollowing.current = onView;
  });
  useEffect(() => {
    onReady({
      scrollToSteps: (ids) => {
        stopFollowing.current({ following: false });
        for (const pane of panes.current.values()) ids.some((id) => pane.scrollToStep(id));
      },
    });
  }, [onReady]);
  const copy = (): void => {
    const open = [...panes.current.values()];
    const selection = open.map((pane) => pane.selection).find((text) => text !== '');
    const text = selection ?? open.map((pane) => pane.text).join('\n\n');
    studio().call('clipboard.write', { text }).catch(reportDefect);
  };
  const save = (platform?: string): void => {
    setSaveError(undefined);
    studio()
      .call('builds.saveLog', { id: source.buildId, ...(platform === undefined ? {} : { platform }) })
      .catch((error: unknown) => setSaveError(errorData(error)));
  };
  const pane = (key: string): ReactNode => {
    const lane = lanes.find((one) => one.platform === key);
    const platform = key === all ? undefined : key;
    return (
      <LogPane
        key={key}
        source={source}
        platform={platform}
        title={platform ?? t('log.all')}
        {...(columns && lane !== undefined ? { doing: laneDoing(lane, t), status: lane.status } : {})}
        format={key === all ? format.merged : format.single}
        following={view.following}
        search={search}
        onMatches={(found) => setMatches((known) => new Map(known).set(key, found))}
        onFollow={(following) => following !== view.following && onView({ following })}
        onFocus={() => (active.current = key)}
        onSave={() => save(platform)}
        ref={(handle) => {
          if (handle === null) panes.current.delete(key);
          else panes.current.set(key, handle);
        }}
      />
    );
  };

  return (
    <Tabs selected={selected} onSelect={setTab} className={styles.logs ?? ''}>
      <LogTools
        view={view}
        onView={onView}
        search={search}
        onSearch={(term) => {
          if (term === '') setMatches(new Map());
          setSearch(term);
        }}
        matches={sumMatches(shown, matches, active.current)}
        onFind={find}
        onCopy={copy}
        onSave={() => save(columns || selected === all ? undefined : selected)}
        hasOutcome={hasOutcome}
        canArrange={canArrange && selected === all}
      >
        <TabList label={t('log.tabs')}>
          <Tab id={all}>{t('log.all')}</Tab>
          {platforms.map((platform) => (
            <Tab key={platform} id={platform} label={platform}>
              <PlatformGlyph platform={platform} size={8} />
              {platform.replace(/^linux\//, '')}
            </Tab>
          ))}
        </TabList>
      </LogTools>
      {saveError !== undefined && (
        <p role="alert" className={styles.earlier}>
          <span className={styles.failed}>
            {t('log.saveFailed', { message: coreText(saveError.message) })}
          </span>
        </p>
      )}
      <div className={styles.body}>
        {before}
        <TabPanel id={selected} className={styles.panes ?? ''}>
          <div ref={body} className={styles.panes}>
            {shown.map(pane)}
          </div>
        </TabPanel>
        {after}
      </div>
    </Tabs>
  );
}

/** The width of the element that the ref is put on; 0 until it is known. */
function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

function usePaneFormat(view: LogView, originMs: number): { merged: PaneFormat; single: PaneFormat } {
  const { t, i18n } = useTranslation('run');
  const { timestamps } = view;
  return useMemo(() => {
    const words = {
      continued: t('log.continued'),
      cached: t('status.cached'),
      failed: t('status.failed'),
      cancelled: t('status.cancelled'),
    };
    const single = { timestamps, originMs, withPlatform: false, words };
    return { single, merged: { ...single, withPlatform: true } };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `t` changes with the language only
  }, [timestamps, originMs, i18n.language]);
}

/** Matches of all shown panes, counted through from left to right. */
function sumMatches(
  shown: readonly string[],
  matches: ReadonlyMap<string, PaneMatches>,
  active: string | undefined,
): PaneMatches {
  let count = 0;
  let current = -1;
  for (const key of shown) {
    const found = matches.get(key);
    if (found === undefined) continue;
    if (found.current >= 0 && (key === active || active === undefined) && current < 0)
      current = count + found.current;
    count += found.count;
  }
  return { current, count };
}
