import { Equal } from 'lucide-react';
import { memo } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../../shared/model/bytes';
import { contentOf } from '../../../../shared/model/imageComparison';
import type {
  ComparedLayer,
  ComparisonCell,
  ComparisonRow,
  ImageColumn,
  SelectedLayer,
} from '../../../../shared/model/imageComparison';
import { shortDigest } from '../imageParts';
import { areSeveralImages } from './columnNames';
import styles from './LayerComparison.module.css';
import type { LayerSizes } from './layerSizes';
import { platformColour } from './platformColour';

interface RowProps {
  row: ComparisonRow;
  /** Position in the comparison. */
  rowIndex: number;
  columns: readonly ImageColumn[];
  /** What the columns are called. */
  names: readonly string[];
  /** The same for narrow places. */
  shortNames: readonly string[];
  sizes: LayerSizes;
  /** The column that is selected in this row. */
  selectedColumn: number | undefined;
  /** The column of this row that the Tab key leads to; -1 is the line number. */
  stopColumn: number | undefined;
  onSelect: (layer: SelectedLayer) => void;
  onOpenLine: (file: string, line: number) => void;
}

/** An instruction, and what it made in each image. */
export const InstructionRow = memo(function InstructionRow(props: RowProps) {
  const { row, columns, selectedColumn } = props;
  const isMetadata = row.relation === 'none';
  const isEverywhere = row.cells.every((cell) => cell !== undefined);
  const isSameText = row.cells.every((cell) => cell === undefined || cell.text === row.text);
  const classes = [
    styles.row,
    isMetadata ? styles.metadata : '',
    selectedColumn === undefined ? '' : styles.selectedRow,
  ];
  return (
    <div role="row" className={classes.join(' ')}>
      <RowHead {...props} />
      {isMetadata && isEverywhere && isSameText ? (
        <MetadataCell columns={columns.length} />
      ) : (
        row.cells.map((cell, column) => (
          <span
            key={columns[column]?.id ?? column}
            role="cell"
            className={styles.cell}
            style={platformColour(columns[column]?.platform ?? '')}
          >
            {cell?.layer === undefined ? (
              <NoLayer row={row} cell={cell} isSameText={isSameText} />
            ) : (
              <LayerCell {...props} cell={cell} layer={cell.layer} column={column} />
            )}
          </span>
        ))
      )}
    </div>
  );
});

function MetadataCell({ columns }: { columns: number }) {
  const { t } = useTranslation('imageCompare');
  return (
    <span role="cell" aria-colspan={columns} className={styles.whole}>
      {t('metadataOnly')}
    </span>
  );
}

function NoLayer({
  row,
  cell,
  isSameText,
}: {
  row: ComparisonRow;
  cell: ComparisonCell | undefined;
  isSameText: boolean;
}) {
  const { t } = useTranslation('imageCompare');
  const text = cell === undefined ? t('noStep') : t(row.relation === 'none' ? 'metadataOnly' : 'noLayer');
  const ownText = row.relation === 'none' && cell !== undefined && !isSameText;
  return (
    <span className={styles.nothing} title={cell?.text}>
      {ownText ? <code className={styles.mono}>{cell.text}</code> : text}
    </span>
  );
}

function RowHead({ row, rowIndex, columns, shortNames, stopColumn, onOpenLine }: RowProps) {
  const { t, i18n } = useTranslation('imageCompare');
  const { lines, keyword, text } = row;
  const number = row.cells.find((cell) => cell?.layer !== undefined)?.layer?.position;
  const rest = text.slice(keyword.length);
  const relation = useRelationText(row, columns, shortNames, i18n.language);
  return (
    <span role="rowheader" className={styles.rowHead} title={relation === '' ? text : `${text}\n${relation}`}>
      <span className={styles.number}>{number === undefined ? '' : number + 1}</span>
      <span className={styles.instruction}>
        <span className={styles.instructionText}>
          {text === '' ? (
            t('untold', { number: (number ?? 0) + 1 })
          ) : (
            <>
              {keyword !== '' && <span className={styles.keyword}>{keyword}</span>}
              {rest}
            </>
          )}
        </span>
        {relation !== '' && (
          <span className={styles.relation} title={relation}>
            {relation}
          </span>
        )}
      </span>
      {lines !== undefined && (
        <button
          type="button"
          className={styles.line}
          data-row={rowIndex}
          data-column={-1}
          tabIndex={stopColumn === -1 ? 0 : -1}
          aria-label={t('openLine', { file: lines.file, line: lines.startLine })}
          title={t('openLine', { file: lines.file, line: lines.startLine })}
          onClick={() => onOpenLine(lines.file, lines.startLine)}
        >
          :{lines.startLine}
        </button>
      )}
    </span>
  );
}

/** How the images relate in a row, in words. */
function useRelationText(
  row: ComparisonRow,
  columns: readonly ImageColumn[],
  names: readonly string[],
  language: string,
): string {
  const { t } = useTranslation('imageCompare');
  if (columns.length < 2) return '';
  const listed = (wanted: (cell: ComparisonCell | undefined) => boolean): string =>
    listText(
      names.filter((_, index) => wanted(row.cells[index])),
      language,
    );
  const has = (cell: ComparisonCell | undefined): boolean =>
    row.relation === 'none' ? cell !== undefined : cell?.layer !== undefined;
  const missing = listed((cell) => !has(cell));
  const notIn = missing === '' ? [] : [t('notIn', { columns: missing })];
  const present = row.cells.filter(has).length;
  if (present === 1) return t('onlyIn', { columns: listed(has) });
  switch (row.relation) {
    case 'none':
      return notIn.join('');
    case 'identical':
      return t('identical');
    case 'same-content':
      return t('sameContent');
    case 'partly': {
      const layers = row.cells.flatMap((cell) => (cell?.layer === undefined ? [] : [cell.layer]));
      const shares = (cell: ComparisonCell | undefined): boolean => {
        const { layer } = cell ?? {};
        return layer !== undefined && layers.filter((one) => contentOf(one) === contentOf(layer)).length > 1;
      };
      return [t('partly', { columns: listed(shares) }), ...notIn].join('; ');
    }
    case 'different':
    case 'single': {
      if (missing !== '') return notIn.join('');
      return t(areSeveralImages(columns) ? 'differsEverywhereImages' : 'differsEverywhere');
    }
  }
}

function listText(names: readonly string[], language: string): string {
  return names.length === 0 ? '' : new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
}

function LayerCell({
  row,
  rowIndex,
  columns,
  names,
  shortNames,
  sizes: { sizeOf, largest },
  selectedColumn,
  stopColumn,
  onSelect,
  cell,
  layer,
  column,
}: RowProps & { cell: ComparisonCell; layer: ComparedLayer; column: number }) {
  const { t, i18n } = useTranslation('imageCompare');
  const { digest } = layer.descriptor;
  const size = sizeOf(layer);
  const sizeText = size === undefined ? t('notRead') : formatBytes(size);
  const related = (isRelated: (other: ComparedLayer) => boolean): number[] =>
    row.cells.flatMap((other, index) =>
      index !== column && other?.layer !== undefined && isRelated(other.layer) ? [index] : [],
    );
  const others = related(({ descriptor }) => descriptor.digest === digest);
  const sameContent = related(
    (other) => other.descriptor.digest !== digest && contentOf(other) === contentOf(layer),
  );
  const run = runOf(row, column);
  const isInRun = run.length > 1;
  const noteOf = (called: readonly string[]): string | undefined => {
    const list = (which: readonly number[]): string =>
      listText(
        which.map((index) => called[index] ?? ''),
        i18n.language,
      );
    if (!isInRun && others.length > 0) return t('sameAs', { columns: list(others) });
    return sameContent.length > 0 ? t('sameContentAs', { columns: list(sameContent) }) : undefined;
  };
  const note = noteOf(shortNames);
  const name = t(isInRun ? 'cellIdentical' : 'cell', {
    column: names[column] ?? '',
    size: sizeText,
    digest: shortDigest(digest),
  });
  // A bar tells sizes apart.
  const allSizes = row.cells.flatMap((one) => (one?.layer === undefined ? [] : [sizeOf(one.layer)]));
  const isSameSize = allSizes.length > 1 && new Set(allSizes).size === 1;
  const isSelected = selectedColumn === column;
  return (
    <>
      <button
        type="button"
        className={`${styles.layer} ${isSelected ? styles.selectedCell : ''}`}
        aria-label={note === undefined ? name : `${name}, ${note}`}
        aria-current={isSelected ? 'true' : undefined}
        title={cell.text === row.text ? digest : `${cell.text}\n${digest}`}
        tabIndex={stopColumn === column ? 0 : -1}
        data-row={rowIndex}
        data-column={column}
        onClick={() =>
          onSelect({ columnId: columns[column]?.id ?? '', layer: layer.position, row: rowIndex })
        }
      >
        {!isInRun && (
          <>
            <span className={styles.cellLine}>
              <b className={size === undefined ? styles.dim : styles.size}>{sizeText}</b>{' '}
              <span className={styles.digest}>{shortDigest(digest)}</span>
            </span>{' '}
            {note === undefined && !isSameSize && (
              <span className={styles.sizeBar}>
                <i style={{ width: `${largest === 0 ? 0 : ((size ?? 0) / largest) * 100}%` }} />
              </span>
            )}
            {note !== undefined && (
              <span className={styles.note}>
                <Equal size={10} strokeWidth={1.5} aria-hidden="true" />
                <span className={styles.noteText}>{note}</span>
              </span>
            )}
          </>
        )}
      </button>
      {isInRun && run[0] === column && (
        <span aria-hidden="true" className={styles.bus} style={{ '--run': run.length } as CSSProperties}>
          {run.map((at) => (
            <i key={at} style={platformColour(columns[at]?.platform ?? '')} />
          ))}
          <span className={styles.pill}>
            <Equal size={12} strokeWidth={1.5} />
            <b className={styles.size}>{sizeText}</b>
            <span className={styles.pillDigest}>{shortDigest(digest)}</span>
          </span>
        </span>
      )}
    </>
  );
}

/** The neighbouring columns, with this one, that have the same blob in a row. */
function runOf({ cells }: ComparisonRow, column: number): number[] {
  const digestAt = (index: number): string | undefined => cells[index]?.layer?.descriptor.digest;
  const digest = digestAt(column);
  let start = column;
  while (start > 0 && digestAt(start - 1) === digest) start -= 1;
  const run: number[] = [];
  for (let index = start; digest !== undefined && digestAt(index) === digest; index += 1) run.push(index);
  return run;
}
