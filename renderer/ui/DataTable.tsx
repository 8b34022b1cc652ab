import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import styles from './DataTable.module.css';

export interface DataColumn<Row> {
  id: string;
  /** Text of the column's head. */
  label: string;
  /** A track of a CSS grid, such as `90px` or `minmax(0, 1fr)`. */
  width: string;
  /** What the cell says; also what the column is sorted by, unless `order` gives something else. */
  text: (row: Row) => string;
  /** Shown in place of the text. */
  content?: (row: Row) => ReactNode;
  /** Shown when the pointer rests on the cell, in place of the text. */
  title?: (row: Row) => string | undefined;
  order?: (row: Row) => number;
  /** Sorted by unless told otherwise. */
  isSortable?: boolean;
  isNumber?: boolean;
  /** Set in the fixed-width font. */
  isCode?: boolean;
  /** Less than what the row is about. */
  isMinor?: boolean;
}

export interface DataOrder {
  /** Id of a column. */
  column: string;
  descending: boolean;
}

const rowHeight = 26;

/**
 * A table of any number of rows: only those in sight are drawn, and a press on a column's head sorts by it.
 *
 * @param firstOrder how it is sorted until a head is pressed; without it, as `rows` are
 * @param isDimmed rows that are on their way out
 * @param filter keeps the rows that it is true of; it runs after the sorting, so that typing into a search is cheap
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  filter,
  firstOrder,
  selectedKey,
  isDimmed,
}: {
  label: string;
  columns: readonly DataColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row, index: number) => string;
  filter?: ((row: Row) => boolean) | undefined;
  firstOrder?: DataOrder;
  selectedKey?: string | undefined;
  isDimmed?: (row: Row) => boolean;
}) {
  const [order, setOrder] = useState(firstOrder);
  const sorted = useMemo(
    () =>
      sortRows(
        rows,
        columns.find((column) => column.id === order?.column),
        order?.descending ?? false,
      ),
    // The columns' functions are made anew with every drawing, what they do is not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [rows, order],
  );
  const shown = useMemo(() => (filter === undefined ? sorted : sorted.filter(filter)), [sorted, filter]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    initialRect: { width: 600, height: 600 },
    overscan: 10,
  });
  const tracks = { gridTemplateColumns: columns.map((column) => column.width).join(' ') };
  return (
    <div
      ref={scroller}
      role="table"
      aria-label={label}
      aria-rowcount={shown.length + 1}
      // Scrolls by keys.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={styles.table}
    >
      <div role="rowgroup" className={styles.headGroup}>
        <div role="row" aria-rowindex={1} className={`${styles.row} ${styles.headRow}`} style={tracks}>
          {columns.map((column) => (
            <ColumnHead
              key={column.id}
              label={column.label}
              isNumber={column.isNumber ?? false}
              isSortable={column.isSortable ?? true}
              sorted={order?.column !== column.id ? undefined : order.descending ? 'descending' : 'ascending'}
              onSort={() =>
                setOrder({
                  column: column.id,
                  descending: order?.column === column.id ? !order.descending : (column.isNumber ?? false),
                })
              }
            />
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ position: 'relative', height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = shown[index];
          if (row === undefined) return null;
          const key = rowKey(row, index);
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              className={`${styles.row} ${styles.dataRow} ${key === selectedKey ? styles.selected : ''} ${isDimmed?.(row) === true ? styles.dimmed : ''}`}
              style={{ ...tracks, position: 'absolute', top: start, left: 0, right: 0 }}
            >
              {columns.map((column) => {
                const text = column.text(row);
                const looks = [
                  column.isNumber ? styles.number : '',
                  column.isCode ? styles.code : '',
                  column.isMinor ? styles.minor : '',
                ].join(' ');
                const title = column.title === undefined ? text : column.title(row);
                return (
                  <span key={column.id} role="cell" className={looks} title={title}>
                    {column.content === undefined ? text : column.content(row)}
                  </span>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function ColumnHead({
  label,
  isSortable,
  isNumber,
  sorted,
  onSort,
}: {
  label: string;
  isSortable: boolean;
  isNumber: boolean;
  sorted: 'ascending' | 'descending' | undefined;
  onSort: () => void;
}) {
  const Arrow = sorted === 'descending' ? ArrowDown : ArrowUp;
  return (
    <span
      role="columnheader"
      {...(sorted === undefined ? {} : { 'aria-sort': sorted })}
      className={isNumber ? styles.number : ''}
    >
      {isSortable ? (
        <button type="button" className={styles.sort} onClick={onSort}>
          {label}
          {sorted !== undefined && <Arrow size={11} strokeWidth={1.5} aria-hidden="true" />}
        </button>
      ) : (
        label
      )}
    </span>
  );
}

const collator = new Intl.Collator(undefined, { numeric: true });

function sortRows<Row>(
  rows: readonly Row[],
  column: DataColumn<Row> | undefined,
  descending: boolean,
): readonly Row[] {
  if (column === undefined) return rows;
  const { order, text } = column;
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) =>
    order === undefined
      ? sign * collator.compare(text(a), text(b))
      : sign * (order(a) - order(b)) || collator.compare(text(a), text(b)),
  );
}
