import '@xterm/xterm/css/xterm.css';
import { Save } from 'lucide-react';
import { useEffect, useId, useImperativeHandle, useRef, useState, useSyncExternalStore } from 'react';
import type { KeyboardEvent, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { StepStatus } from '../../../../shared/model/progress/types';
import { reportDefect, studio } from '../../../app/studio';
import { coreText } from '../../../locales/core';
import type { LogSource } from '../../../stores/logStore';
import { progressStore } from '../../../stores/progressStore';
import { Button } from '../../../ui/Button';
import { familyOf, PlatformGlyph } from '../../../ui/PlatformGlyph';
import { StatusIcon } from '../../../ui/StatusIcon';
import styles from './Log.module.css';
import { PaneTerminal } from './paneTerminal';
import type { PaneFormat } from './paneTerminal';
import { watchTheme } from './watchTheme';

export interface PaneMatches {
  /** From 0; -1 for none. */
  current: number;
  count: number;
}

/** What the tools do with a pane. */
export interface PaneHandle {
  find(direction: 'next' | 'previous'): boolean;
  scrollToStep(id: string): boolean;
  readonly selection: string;
  readonly text: string;
}

/** The log of one platform, or of all when `platform` is undefined. */
export function LogPane({
  source,
  platform,
  title,
  doing,
  status,
  format,
  following,
  search,
  onMatches,
  onFollow,
  onFocus,
  onSave,
  ref,
}: {
  source: LogSource;
  platform: string | undefined;
  /** Name of the pane: the platform, or "All". */
  title: string;
  /** What the lane is at; absent without a head. */
  doing?: string;
  status?: StepStatus;
  format: PaneFormat;
  following: boolean;
  search: string;
  onMatches: (matches: PaneMatches) => void;
  onFollow: (following: boolean) => void;
  onFocus: () => void;
  onSave: () => void;
  ref: Ref<PaneHandle>;
}) {
  const { t } = useTranslation('run');
  const host = useRef<HTMLDivElement>(null);
  const accessible = useRef<HTMLPreElement>(null);
  const terminal = useRef<PaneTerminal>(null);
  const events = useRef({ onMatches, onFollow });
  const [earlier, setEarlier] = useState(0);
  const broken = useSyncExternalStore(
    (changed) => source.subscribe(changed),
    () => source.error,
  );
  const help = useId();

  useEffect(() => {
    events.current = { onMatches, onFollow };
  });
  const first = useRef({ format, following, search });
  useEffect(() => {
    first.current = { format, following, search };
  });

  useEffect(() => {
    if (host.current === null || accessible.current === null) return;
    const pane = new PaneTerminal(host.current, accessible.current, source, platform, first.current.format, {
      onMatches: (current, count) => events.current.onMatches({ current, count }),
      onScrolled: (atEnd) => events.current.onFollow(atEnd),
      onEarlier: setEarlier,
    });
    terminal.current = pane;
    pane.setFollowing(first.current.following);
    pane.setProgress(progressStore.getState().progress);
    pane.setSearch(first.current.search);
    const unsubscribe = progressStore.subscribe((state) => pane.setProgress(state.progress));
    const unwatch = watchTheme(() => pane.themeChanged());
    return () => {
      terminal.current = null;
      unsubscribe();
      unwatch();
      pane.dispose();
    };
  }, [source, platform]);

  useChanged(format, () => terminal.current?.setFormat(format));
  useChanged(following, () => terminal.current?.setFollowing(following));
  useChanged(search, () => terminal.current?.setSearch(search));

  useImperativeHandle(
    ref,
    (): PaneHandle => ({
      find: (direction) => terminal.current?.find(direction) ?? false,
      scrollToStep: (id) => terminal.current?.scrollToStep(id) ?? false,
      get selection() {
        return terminal.current?.selection ?? '';
      },
      get text() {
        return terminal.current?.text ?? '';
      },
    }),
    [],
  );

  const keyDown = (event: KeyboardEvent): void => {
    const pane = terminal.current;
    if (pane === null) return;
    const copies = event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey);
    if (copies && pane.selection !== '') {
      studio().call('clipboard.write', { text: pane.selection }).catch(reportDefect);
      event.preventDefault();
    }
    const rows = scrollKeys(event.key, pane.rows);
    if (rows === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    pane.scrollBy(rows);
    event.preventDefault();
  };

  return (
    <section
      aria-label={t('log.pane', { name: title })}
      className={styles.pane}
      data-family={platform === undefined ? undefined : familyOf(platform)}
      onFocus={onFocus}
    >
      {doing !== undefined && (
        <header className={styles.paneHead}>
          {platform !== undefined && <PlatformGlyph platform={platform} />}
          <span>{title}</span>
          <span className={styles.doing}>{doing}</span>
          {status !== undefined && <StatusIcon status={status} />}
        </header>
      )}
      {earlier > 0 && (
        <p className={styles.earlier}>
          {t('log.earlier', { count: earlier, lines: earlier.toLocaleString() })}
          <Button look="link" icon={<Save size={12} strokeWidth={1.5} aria-hidden="true" />} onPress={onSave}>
            {t('log.saveWhole')}
          </Button>
        </p>
      )}
      {broken !== undefined && <p className={styles.earlier}>{coreText(broken.message)}</p>}
      {/* A scrolling area has to be reachable by keyboard; its text for screen readers is the <pre> below. */}
      {/* eslint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className={styles.terminal}
        tabIndex={0}
        role="group"
        aria-label={t('log.text', { name: title })}
        aria-describedby={help}
        onKeyDown={keyDown}
      >
        <div ref={host} className={styles.host} />
      </div>
      {/* eslint-enable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <span id={help} hidden>
        {t('log.help')}
      </span>
      <pre ref={accessible} className={styles.readable} />
    </section>
  );
}

function scrollKeys(key: string, page: number): number | undefined {
  switch (key) {
    case 'ArrowUp':
      return -1;
    case 'ArrowDown':
      return 1;
    case 'PageUp':
      return 1 - page;
    case 'PageDown':
      return page - 1;
    case 'Home':
      return -Infinity;
    case 'End':
      return Infinity;
    default:
      return undefined;
  }
}

/** Calls `act` when `value` has become another one, but not for the first. */
function useChanged(value: unknown, act: () => void): void {
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    act();
  });
}
