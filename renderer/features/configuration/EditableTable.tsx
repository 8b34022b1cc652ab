import { FileSearch, FolderSearch, Plus, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { reportDefect, studio } from '../../app/studio';
import { IconButton } from '../../ui/Button';
import { Select } from '../../ui/Select';
import styles from './Configuration.module.css';

export type EditableRow = Readonly<Record<string, string>>;

export interface EditableColumn {
  id: string;
  label: string;
  placeholder?: string | ((row: EditableRow) => string);
  /** Share of the width, such as `34%`. */
  width?: string;
  /** A choice instead of text. */
  options?: readonly { id: string; label: string }[];
}

/** Lets a row's cell be filled by a dialog. */
export interface Browse {
  column: string;
  kindOf: (row: EditableRow) => 'file' | 'folder' | undefined;
}

/**
 * A table of texts with rows to add and to remove. A row that is being typed stays here until it is complete; only
 * complete ones are handed out.
 */
export function EditableTable({
  label,
  addLabel,
  hint,
  columns,
  rows,
  newRow,
  isComplete,
  onChange,
  problemOf,
  browse,
  before,
}: {
  /** Accessible name and heading. */
  label: string;
  addLabel: string;
  /** Shown in the head while there are no rows. */
  hint?: string;
  columns: readonly EditableColumn[];
  rows: readonly EditableRow[];
  newRow: EditableRow;
  isComplete: (row: EditableRow) => boolean;
  onChange: (rows: EditableRow[]) => void;
  /** Why a complete row is wrong. */
  problemOf?: (row: EditableRow) => string | undefined;
  browse?: Browse;
  /** Rows that stand before the editable ones. */
  before?: ReactNode | undefined;
}) {
  const { t } = useTranslation('configuration');
  const [draft, setDraft] = useDraft(rows, isComplete);
  const table = useRef<HTMLTableElement>(null);

  const change = (next: EditableRow[]): void => {
    setDraft(next);
    onChange(next.filter(isComplete));
  };
  const setCell = (at: number, column: string, value: string): void =>
    change(draft.map((row, index) => (index === at ? { ...row, [column]: value } : row)));
  const addRow = (): void => {
    change([...draft, newRow]);
    // The new row is there after this event.
    setTimeout(() => table.current?.querySelector<HTMLInputElement>('tbody tr:last-of-type input')?.focus());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (draft.every(isComplete)) addRow();
  };
  const fill = async (at: number, kind: 'file' | 'folder', column: string): Promise<void> => {
    const title = t(kind === 'file' ? 'chooseFile' : 'chooseFolder');
    const call = kind === 'file' ? 'dialogs.chooseFile' : 'dialogs.chooseFolder';
    const { path } = await studio().call(call, { title });
    if (path !== undefined) setCell(at, column, path);
  };

  const isEmpty = draft.length === 0 && before === undefined;
  return (
    <table
      ref={table}
      aria-label={label}
      className={`${styles.table} ${draft.length === 0 ? styles.empty : ''}`}
    >
      <caption>
        <span className={styles.groupHead}>
          {label}
          <span className={styles.hint}>{isEmpty ? hint : undefined}</span>
          <IconButton
            label={addLabel}
            size="sm"
            icon={<Plus size={14} strokeWidth={1.5} />}
            onPress={addRow}
          />
        </span>
      </caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.id}
              scope="col"
              style={column.width === undefined ? undefined : { width: column.width }}
            >
              {column.label}
            </th>
          ))}
          <th scope="col" className={browse === undefined ? styles.actions : styles.wideActions}>
            <span className={styles.hidden}>{t('actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {before}
        {draft.map((row, at) => {
          const problem = isComplete(row) ? problemOf?.(row) : undefined;
          const kind = browse?.kindOf(row);
          return (
            <tr key={at}>
              {columns.map((column) => (
                <td key={column.id}>
                  <Cell
                    column={column}
                    row={row}
                    problem={problem}
                    onChange={(value) => setCell(at, column.id, value)}
                    onKeyDown={onKeyDown}
                  />
                </td>
              ))}
              <td>
                <span className={styles.cellActions}>
                  {browse !== undefined && kind !== undefined && (
                    <IconButton
                      label={t(kind === 'file' ? 'chooseFile' : 'chooseFolder')}
                      size="sm"
                      icon={
                        kind === 'file' ? (
                          <FileSearch size={14} strokeWidth={1.5} />
                        ) : (
                          <FolderSearch size={14} strokeWidth={1.5} />
                        )
                      }
                      onPress={() => void fill(at, kind, browse.column).catch(reportDefect)}
                    />
                  )}
                  <IconButton
                    label={t('removeRow')}
                    size="sm"
                    icon={<X size={14} strokeWidth={1.5} />}
                    onPress={() => change(draft.toSpliced(at, 1))}
                  />
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Cell({
  column,
  row,
  problem,
  onChange,
  onKeyDown,
}: {
  column: EditableColumn;
  row: EditableRow;
  problem: string | undefined;
  onChange: (value: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}) {
  const value = row[column.id] ?? '';
  if (column.options !== undefined) {
    return (
      <Select
        label={column.label}
        hideLabel
        size="sm"
        options={column.options}
        value={value}
        onChange={onChange}
      />
    );
  }
  const placeholder = typeof column.placeholder === 'function' ? column.placeholder(row) : column.placeholder;
  return (
    <input
      type="text"
      className={`${styles.input} ${styles.mono}`}
      aria-label={column.label}
      aria-invalid={problem !== undefined}
      title={problem ?? value}
      value={value}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

/** The rows on screen: what came in, until it is changed from outside, plus the incomplete ones. */
function useDraft(
  rows: readonly EditableRow[],
  isComplete: (row: EditableRow) => boolean,
): [EditableRow[], (rows: EditableRow[]) => void] {
  const incoming = keyOf(rows);
  const [state, setState] = useState({ draft: [...rows], expected: incoming });
  if (state.expected !== incoming) {
    setState({ draft: [...rows], expected: incoming });
    return [[...rows], () => undefined];
  }
  return [state.draft, (draft) => setState({ draft, expected: keyOf(draft.filter(isComplete)) })];
}

function keyOf(rows: readonly EditableRow[]): string {
  return JSON.stringify(rows.map((row) => Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))));
}
