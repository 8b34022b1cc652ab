import {
  ArrowDownToLine,
  ChevronDown,
  ChevronUp,
  Clock,
  Columns3,
  Copy,
  List,
  PanelRight,
  Rows3,
  Save,
} from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keysOf } from '../../../app/keyMap';
import { useBoot } from '../../../stores/bootStore';
import { useUi } from '../../../stores/uiStore';
import { IconButton, IconToggle } from '../../../ui/Button';
import { SearchField } from '../../../ui/SearchField';
import { Segmented } from '../../../ui/Segmented';
import type { TimestampMode } from './formatLog';
import styles from './Log.module.css';

export interface LogView {
  stepsOpen: boolean;
  outcomeOpen: boolean;
  following: boolean;
  timestamps: TimestampMode;
  /** How the tab "All" shows several platforms. */
  arrangement: 'columns' | 'merged';
}

const nextTimestamps: Record<TimestampMode, TimestampMode> = {
  relative: 'clock',
  clock: 'off',
  off: 'relative',
};
const icon = { size: 14, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** The bar above the log panes. `children` (the tabs) stand in its middle. */
export function LogTools({
  view,
  onView,
  search,
  onSearch,
  matches,
  onFind,
  onCopy,
  onSave,
  hasOutcome,
  canArrange,
  children,
}: {
  view: LogView;
  onView: (patch: Partial<LogView>) => void;
  search: string;
  onSearch: (term: string) => void;
  matches: { current: number; count: number };
  onFind: (direction: 'next' | 'previous') => void;
  onCopy: () => void;
  onSave: () => void;
  hasOutcome: boolean;
  canArrange: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation('run');
  const os = useBoot((state) => state.boot.os);
  const input = useSearchFocus();
  const keys = keysOf('logs.find', os);
  const searching = search !== '';

  const keyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== 'F3') return;
    event.preventDefault();
    event.stopPropagation();
    onFind(event.shiftKey ? 'previous' : 'next');
  };
  return (
    <div className={styles.tools}>
      <IconToggle
        size="sm"
        label={t('tools.steps')}
        icon={<List {...icon} />}
        isSelected={view.stepsOpen}
        onChange={(stepsOpen) => onView({ stepsOpen })}
      />
      {}
      <div onKeyDownCapture={keyDown} className={styles.search}>
        <SearchField
          label={t('tools.search')}
          placeholder={keys === undefined ? t('tools.search') : `${t('tools.search')} (${keys})`}
          value={search}
          onChange={onSearch}
          inputRef={input}
        />
      </div>
      {searching && (
        <>
          <span className={styles.matches} role="status" aria-label={t('tools.matches')}>
            {matches.count === 0
              ? t('tools.noMatch')
              : t('tools.matchOf', {
                  current: matches.current < 0 ? '–' : matches.current + 1,
                  count: matches.count,
                })}
          </span>
          <IconButton
            size="sm"
            label={t('tools.previous')}
            icon={<ChevronUp {...icon} />}
            isDisabled={matches.count === 0}
            onPress={() => onFind('previous')}
          />
          <IconButton
            size="sm"
            label={t('tools.next')}
            icon={<ChevronDown {...icon} />}
            isDisabled={matches.count === 0}
            onPress={() => onFind('next')}
          />
        </>
      )}
      <span className={styles.rule} />
      <IconToggle
        size="sm"
        label={t('tools.follow')}
        icon={<ArrowDownToLine {...icon} />}
        isSelected={view.following}
        onChange={(following) => onView({ following })}
      />
      <IconToggle
        size="sm"
        label={t(`tools.timestamps.${view.timestamps}`)}
        icon={<Clock {...icon} />}
        isSelected={view.timestamps !== 'off'}
        onChange={() => onView({ timestamps: nextTimestamps[view.timestamps] })}
      />
      <span className={styles.rule} />
      <div className={styles.logTabs}>{children}</div>
      <span className={styles.end} />
      {canArrange && (
        <Segmented
          label={t('tools.arrangement')}
          value={view.arrangement}
          onChange={(arrangement) => onView({ arrangement })}
          segments={[
            { id: 'columns', label: t('tools.columns'), content: <Columns3 {...icon} /> },
            { id: 'merged', label: t('tools.merged'), content: <Rows3 {...icon} /> },
          ]}
        />
      )}
      <IconButton size="sm" label={t('tools.copy')} icon={<Copy {...icon} />} onPress={onCopy} />
      <IconButton size="sm" label={t('tools.save')} icon={<Save {...icon} />} onPress={onSave} />
      {hasOutcome && (
        <IconToggle
          size="sm"
          label={t('tools.outcome')}
          icon={<PanelRight {...icon} />}
          isSelected={view.outcomeOpen}
          onChange={(outcomeOpen) => onView({ outcomeOpen })}
        />
      )}
    </div>
  );
}

/** The search box takes the focus whenever "find in logs" is asked for. */
function useSearchFocus() {
  const input = useRef<HTMLInputElement>(null);
  const asked = useUi((state) => state.findInLogs);
  const served = useRef(asked);
  useEffect(() => {
    if (asked === served.current) return;
    served.current = asked;
    input.current?.focus();
    input.current?.select();
  }, [asked]);
  return input;
}
