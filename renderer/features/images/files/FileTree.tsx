import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { CSSProperties, KeyboardEvent, MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileColumn, FileRow, FileTreeSummary } from '../../../../shared/contract';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { Button } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { reportDefect } from '../../../app/studio';
import { areSeveralImages, shortColumnNames } from '../compare/columnNames';
import { FileColumnHeads } from './FileColumnHeads';
import { FileContents } from './FileContents';
import { FileFacts } from './FileFacts';
import { emptyFilter, isFiltering, requestedFilter } from './fileFilter';
import type { ChosenFilter } from './fileFilter';
import { FileRowPages } from './fileRowPages';
import { hasContent } from './fileTexts';
import { FileTreeRow, LoadingRow } from './FileTreeRow';
import styles from './LayerFiles.module.css';

const rowHeight = 23;
/** Of one line, and of two where columns are of several images. */
const headHeights = { one: 27, two: 42 };

/**
 * The paths of a tree, of which only those in sight are there. Arrows, Home, End and the page keys move, right and left
 * unfold and fold, Enter and a double click open a file.
 */
export function FileTree({
  tree,
  summary,
  columns,
  names,
  view,
  firstColumn,
  filter,
  onFilter,
}: {
  tree: string;
  summary: FileTreeSummary;
  columns: readonly ImageColumn[];
  /** What the columns are called. */
  names: readonly string[];
  view: FileColumn['view'];
  /** The column whose file is opened first. */
  firstColumn: number;
  filter: ChosenFilter;
  onFilter: (filter: ChosenFilter) => void;
}) {
  const { t, i18n } = useTranslation('imageFiles');
  const baseId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const treeElement = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [opened, setOpened] = useState<FileRow>();
  const requested = useMemo(() => requestedFilter(filter, summary), [filter, summary]);
  // What is folded against the default belongs to a filter: another one begins anew.
  const [folds, setFolds] = useState<{ of: typeof requested; toggled: readonly string[] }>({
    of: requested,
    toggled: [],
  });
  const query = useMemo(
    () => ({ filter: requested, toggled: folds.of === requested ? folds.toggled : [] }),
    [requested, folds],
  );
  const [pages] = useState(() => new FileRowPages(tree, query));
  const { total, matching, isBehind, error } = useSyncExternalStore(pages.subscribe, pages.snapshot);

  const several = areSeveralImages(columns);
  const headHeight = several ? headHeights.two : headHeights.one;
  const virtualizer = useVirtualizer({
    count: total ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 40;

  useEffect(() => pages.ask(query), [pages, query]);
  useEffect(() => pages.show(first, last), [pages, first, last, query, total]);
  useEffect(() => () => pages.dispose(), [pages]);
  useEffect(() => {
    setActive(0);
    virtualizer.scrollToOffset(0);
    // Only another filter begins at the top.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [requested]);

  const count = total ?? 0;
  const current = Math.min(active, Math.max(0, count - 1));
  const activeRow = pages.rowAt(current);
  const isDrawn = current >= first && current <= last && activeRow !== undefined;

  const goTo = (index: number): void => {
    const to = Math.max(0, Math.min(index, count - 1));
    setActive(to);
    virtualizer.scrollToIndex(to, { align: 'auto' });
  };
  const toggle = ({ id }: FileRow): void => {
    const { toggled } = query;
    setFolds({
      of: requested,
      toggled: toggled.includes(id) ? toggled.filter((one) => one !== id) : [...toggled, id],
    });
  };
  const act = (row: FileRow): void => {
    if (row.isDirectory) toggle(row);
    else if (row.cells.some(hasContent)) setOpened(row);
  };
  const leave = (): void => {
    if (activeRow?.isDirectory && activeRow.expanded) toggle(activeRow);
    else {
      pages.parentOf(current).then((parent) => {
        if (parent !== undefined) goTo(parent);
      }, reportDefect);
    }
  };
  const enter = (): void => {
    if (!activeRow?.isDirectory) return;
    if (activeRow.expanded) goTo(current + 1);
    else toggle(activeRow);
  };
  const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, (() => void) | undefined> = {
      ArrowDown: () => goTo(current + 1),
      ArrowUp: () => goTo(current - 1),
      PageDown: () => goTo(current + pageRows),
      PageUp: () => goTo(current - pageRows),
      Home: () => goTo(0),
      End: () => goTo(count - 1),
      ArrowRight: enter,
      ArrowLeft: leave,
      Enter: () => activeRow !== undefined && act(activeRow),
      ' ': () => activeRow !== undefined && act(activeRow),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  const rowUnder = (event: MouseEvent): { index: number; row: FileRow | undefined } | undefined => {
    const element = (event.target as Element).closest<HTMLElement>('[data-index]');
    const index = Number(element?.dataset['index'] ?? NaN);
    return Number.isNaN(index) ? undefined : { index, row: pages.rowAt(index) };
  };
  const onClick = (event: MouseEvent): void => {
    const under = rowUnder(event);
    if (under === undefined) return;
    setActive(under.index);
    if (under.row?.isDirectory) toggle(under.row);
  };
  const onDoubleClick = (event: MouseEvent): void => {
    const row = rowUnder(event)?.row;
    if (row !== undefined && !row.isDirectory) act(row);
  };

  const shortNames = useMemo(() => shortColumnNames(columns), [columns]);
  const style = { '--columns': columns.length, '--head-height': `${headHeight}px` } as CSSProperties;
  return (
    <>
      {error !== undefined && (
        <div className={styles.note}>
          <ErrorNote error={error} onRetry={() => pages.retry()} />
        </div>
      )}
      <div ref={scroller} className={styles.scroller} aria-busy={isBehind}>
        <div
          className={`${styles.list} ${columns.length > 1 ? styles.several : ''} ${several ? styles.images : ''}`}
          style={style}
        >
          <div className={styles.listHead}>
            <span>
              {t('path')}
              {isFiltering(filter) && (
                <span className={styles.found}>
                  {t('found', { formatted: matching.toLocaleString(i18n.language) })}
                </span>
              )}
            </span>
            <FileColumnHeads columns={columns} names={names} />
            <span>{t('machine')}</span>
            <span>{t(columns.length === 1 ? 'state' : several ? 'acrossImages' : 'across')}</span>
          </div>
          {/* Rows are not focused one by one: they come and go as the list is scrolled. */}
          <div
            ref={treeElement}
            role="tree"
            aria-label={t('tree')}
            tabIndex={0}
            aria-activedescendant={isDrawn ? `${baseId}-${current}` : undefined}
            className={styles.tree}
            style={{ height: virtualizer.getTotalSize() }}
            onKeyDown={onKeyDown}
            onClick={onClick}
            onDoubleClick={onDoubleClick}
          >
            {items.map(({ index, start }) => {
              const row = pages.rowAt(index);
              const position = { transform: `translateY(${start - headHeight}px)` };
              return row === undefined ? (
                <LoadingRow key={index} style={position} isOdd={index % 2 === 1} />
              ) : (
                <FileTreeRow
                  key={index}
                  id={`${baseId}-${index}`}
                  row={row}
                  index={index}
                  isActive={index === current}
                  columns={columns}
                  names={names}
                  shortNames={shortNames}
                  style={position}
                />
              );
            })}
          </div>
        </div>
        {total === 0 && !isBehind && (
          <p className={styles.listEmpty}>
            {t(isFiltering(filter) ? 'nothingFound' : 'empty')}{' '}
            {isFiltering(filter) && (
              <Button look="link" onPress={() => onFilter(emptyFilter)}>
                {t('clearFilter')}
              </Button>
            )}
          </p>
        )}
        {total === undefined && error === undefined && <p className={styles.listEmpty}>{t('listing')}</p>}
      </div>
      <FileFacts row={activeRow} columns={columns} names={names} view={view} onOpen={setOpened} />
      {opened !== undefined && (
        <FileContents
          tree={tree}
          row={opened}
          columns={columns}
          names={names}
          firstColumn={firstColumn}
          onClose={() => {
            setOpened(undefined);
            treeElement.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
}
