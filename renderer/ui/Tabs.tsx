import { createContext, useContext, useId } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import styles from './Tabs.module.css';

/*
 * Not React Aria's tabs: they render everything inside of them a second time to learn which tabs there are, which is no
 * good for terminals and editors.
 */

interface TabsState {
  baseId: string;
  selected: string;
  onSelect: (id: string) => void;
}
const TabsContext = createContext<TabsState | undefined>(undefined);

function useTabs(): TabsState {
  const state = useContext(TabsContext);
  if (state === undefined) throw new Error('a tab stands outside of <Tabs>');
  return state;
}

/** Tabs and their panels; put a {@link TabList} and {@link TabPanel}s anywhere inside. */
export function Tabs<T extends string>({
  selected,
  onSelect,
  className = '',
  children,
}: {
  selected: T;
  onSelect: (id: T) => void;
  className?: string;
  children: ReactNode;
}) {
  const baseId = useId();
  return (
    <TabsContext value={{ baseId, selected, onSelect: (id) => onSelect(id as T) }}>
      <div className={`${styles.tabs} ${className}`}>{children}</div>
    </TabsContext>
  );
}

/** `label` is the tablist's accessible name. Arrows, Home and End move the selection. */
export function TabList({
  label,
  orientation = 'horizontal',
  look = 'line',
  className = '',
  children,
}: {
  label: string;
  orientation?: 'horizontal' | 'vertical';
  /** `line` underlines the selected tab; `bare` leaves the looks to `className`. */
  look?: 'line' | 'bare';
  className?: string;
  children: ReactNode;
}) {
  return (
    <div
      role="tablist"
      aria-label={label}
      aria-orientation={orientation}
      className={`${look === 'line' ? styles.list : ''} ${className}`}
    >
      {children}
    </div>
  );
}

function moveSelection(event: KeyboardEvent<HTMLElement>): void {
  const list = event.currentTarget.closest('[role=tablist]');
  if (list === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(event.currentTarget);
  const isVertical = list.getAttribute('aria-orientation') === 'vertical';
  const targets: Record<string, HTMLElement | undefined> = {
    [isVertical ? 'ArrowUp' : 'ArrowLeft']: tabs.at(at - 1),
    [isVertical ? 'ArrowDown' : 'ArrowRight']: tabs[(at + 1) % tabs.length],
    Home: tabs[0],
    End: tabs.at(-1),
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
  target.click();
}

/** `label` is the accessible name when the children hold more than that, or only an icon. */
export function Tab({
  id,
  label,
  title,
  look = 'line',
  className = '',
  children,
}: {
  id: string;
  label?: string;
  title?: string;
  look?: 'line' | 'bare';
  className?: string;
  children: ReactNode;
}) {
  const { baseId, selected, onSelect } = useTabs();
  const isSelected = id === selected;
  return (
    <button
      type="button"
      role="tab"
      id={`${baseId}-tab-${id}`}
      aria-selected={isSelected}
      aria-controls={isSelected ? `${baseId}-panel-${id}` : undefined}
      aria-label={label}
      title={title}
      tabIndex={isSelected ? 0 : -1}
      className={`${look === 'line' ? styles.tab : ''} ${className}`}
      onClick={() => onSelect(id)}
      onKeyDown={moveSelection}
    >
      {children}
    </button>
  );
}

/**
 * What a tab shows. `keepMounted` keeps a panel that is not shown, for what is expensive to make anew; `isFocusable`
 * makes the panel itself a stop for the Tab key, as it has to be when nothing in it is one.
 */
export function TabPanel({
  id,
  keepMounted = false,
  isFocusable = true,
  className = '',
  children,
}: {
  id: string;
  keepMounted?: boolean;
  isFocusable?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const { baseId, selected } = useTabs();
  const isShown = id === selected;
  if (!isShown && !keepMounted) return null;
  return (
    <div
      role="tabpanel"
      id={`${baseId}-panel-${id}`}
      aria-labelledby={`${baseId}-tab-${id}`}
      hidden={!isShown}
      {...(isFocusable ? { tabIndex: 0 } : {})}
      className={`${styles.panel} ${className}`}
    >
      {children}
    </div>
  );
}
