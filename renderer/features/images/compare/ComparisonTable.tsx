import { Box, FileCode } from 'lucide-react';
import { Fragment, useEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { rowOfLayer } from '../../../../shared/model/imageComparison';
import type { ImageColumn, ImageComparison, SelectedLayer } from '../../../../shared/model/imageComparison';
import type { RowSection } from '../../../../shared/model/imageComparisonSections';
import { unpackedSize } from '../../../../shared/model/imageComparisonTotals';
import type { ComparisonTotals } from '../../../../shared/model/imageComparisonTotals';
import { shortDigest } from '../imageParts';
import { ColumnHeads } from './ColumnHeads';
import { columnNames, shortColumnNames } from './columnNames';
import { InstructionRow } from './InstructionRow';
import styles from './LayerComparison.module.css';
import type { LayerSizes, SizeKind } from './layerSizes';

/** A cell that can be focused; column -1 is the line number in the row's head. */
interface Place {
  row: number;
  column: number;
}

/**
 * The layers of the images, an instruction a row. Arrows move over the cells that have a layer and over line numbers,
 * Enter and a click choose.
 */
export function ComparisonTable({
  columns,
  comparison,
  totals,
  showsMetadata,
  sizeKind,
  unpackedSizes,
  selected,
  onSelect,
  onOpenLine,
}: {
  columns: readonly ImageColumn[];
  comparison: ImageComparison;
  totals: ComparisonTotals;
  showsMetadata: boolean;
  sizeKind: SizeKind;
  /** Bytes by digest, as far as they are known. */
  unpackedSizes: ReadonlyMap<string, number>;
  selected: SelectedLayer | undefined;
  onSelect: (layer: SelectedLayer) => void;
  onOpenLine: (file: string, line: number) => void;
}) {
  const { t } = useTranslation('imageCompare');
  const names = useMemo(() => columnNames(columns), [columns]);
  const shortNames = useMemo(() => shortColumnNames(columns), [columns]);
  const sizes = useMemo<LayerSizes>(() => {
    const sizeOf: LayerSizes['sizeOf'] = ({ descriptor }) =>
      sizeKind === 'compressed' ? descriptor.size : unpackedSize(descriptor, unpackedSizes);
    const all = comparison.rows.flatMap(({ cells }) =>
      cells.flatMap((cell) => (cell?.layer === undefined ? [] : [sizeOf(cell.layer) ?? 0])),
    );
    return { sizeOf, largest: all.reduce((largest, size) => Math.max(largest, size), 0) };
  }, [comparison, sizeKind, unpackedSizes]);
  const selectedRow = selected === undefined ? -1 : rowOfLayer(comparison, columns, selected);
  const selectedColumn = columns.findIndex(({ id }) => id === selected?.columnId);

  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const reveal = (): void =>
      scroller.current
        ?.querySelector('[aria-current="true"]')
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    reveal();
    // The files of the first selected layer take room from the table.
    const frame = requestAnimationFrame(reveal);
    return () => cancelAnimationFrame(frame);
  }, [selectedRow, selectedColumn]);

  const [focused, setFocused] = useState<Place>();
  const first = comparison.rows.findIndex(({ relation }) => relation !== 'none');
  const fallback: Place =
    selectedRow === -1
      ? {
          row: first,
          column: comparison.rows[first]?.cells.findIndex((cell) => cell?.layer !== undefined) ?? 0,
        }
      : { row: selectedRow, column: selectedColumn };
  const isThere = ({ row: index, column }: Place): boolean => {
    const row = comparison.rows[index];
    return column === -1 ? row?.lines !== undefined : row?.cells[column]?.layer !== undefined;
  };
  const stop = focused !== undefined && isThere(focused) ? focused : fallback;

  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const target = nextPlace(event);
    if (target === undefined) return;
    event.preventDefault();
    target.focus();
  };
  return (
    <div ref={scroller} className={styles.scroller}>
      {/* Its cells have the focus; the keys are the same in all of them. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        role="table"
        aria-label={t('table')}
        aria-colcount={columns.length + 1}
        className={styles.table}
        style={{ '--columns': columns.length } as CSSProperties}
        onKeyDown={move}
        onFocus={({ target }) => setFocused(placeOf(target))}
      >
        <ColumnHeads
          columns={columns}
          comparison={comparison}
          totals={totals}
          sizeKind={sizeKind}
          sizes={sizes}
        />
        <div role="rowgroup">
          {comparison.rows.map((row, index) => {
            const section = comparison.sections.find(({ firstRow }) => firstRow === index);
            return (
              <Fragment key={index}>
                {section !== undefined && <SectionRow section={section} columns={columns.length} />}
                {(showsMetadata || row.relation !== 'none') && (
                  <InstructionRow
                    row={row}
                    rowIndex={index}
                    columns={columns}
                    names={names}
                    shortNames={shortNames}
                    sizes={sizes}
                    selectedColumn={index === selectedRow ? selectedColumn : undefined}
                    stopColumn={index === stop.row ? stop.column : undefined}
                    onSelect={onSelect}
                    onOpenLine={onOpenLine}
                  />
                )}
              </Fragment>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function placeOf(element: Element): Place | undefined {
  const { row, column } = element instanceof HTMLElement ? element.dataset : {};
  return row === undefined || column === undefined ? undefined : { row: Number(row), column: Number(column) };
}

/** Where a key leads from the cell that has the focus. */
function nextPlace(event: KeyboardEvent<HTMLElement>): HTMLElement | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
  const { row, column } = event.target.dataset;
  if (row === undefined || column === undefined) return;
  const isAcross = ['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key);
  const selector = isAcross ? `[data-row="${row}"]` : `[data-column="${column}"]`;
  const places = [...event.currentTarget.querySelectorAll<HTMLElement>(`${selector}[data-row][data-column]`)];
  const at = places.indexOf(event.target);
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowUp':
      return places[at - 1];
    case 'ArrowRight':
    case 'ArrowDown':
      return places[at + 1];
    case 'Home':
      return places[0];
    case 'End':
      return places.at(-1);
    default:
      return undefined;
  }
}

function SectionRow({ section: { origin }, columns }: { section: RowSection; columns: number }) {
  const { t } = useTranslation('imageCompare');
  const Icon = origin.kind === 'base' ? Box : FileCode;
  return (
    <div role="row" className={styles.section}>
      <span role="cell" aria-colspan={columns + 1} className={styles.sectionText}>
        <Icon size={12} strokeWidth={1.5} aria-hidden="true" />
        {origin.kind === 'base' ? (
          <>
            {t('base')}
            {origin.name !== undefined && <code className={styles.mono}>{origin.name}</code>}
            {origin.digest !== undefined && (
              <code className={styles.monoDim}>{shortDigest(origin.digest)}</code>
            )}
          </>
        ) : (
          <>
            {t('built')}
            <code className={styles.mono}>{origin.file}</code>
            {t(origin.startLine === origin.endLine ? 'line' : 'lines', {
              start: origin.startLine,
              end: origin.endLine,
            })}
          </>
        )}
      </span>
    </div>
  );
}
