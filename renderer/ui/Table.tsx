import type { ReactNode } from 'react';
import styles from './Table.module.css';

export interface Column {
  id: string;
  /** Text of the column's head. */
  label: string;
  /** Numbers are aligned at their end. */
  number?: boolean;
  width?: string;
}

/** A plain table of few rows: `label` is its accessible name, `children` its `<tr>`s. */
export function Table({
  label,
  columns,
  children,
}: {
  label: string;
  columns: readonly Column[];
  children: ReactNode;
}) {
  return (
    <table aria-label={label} className={styles.table}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.id}
              scope="col"
              className={column.number ? styles.number : ''}
              style={column.width === undefined ? undefined : { width: column.width }}
            >
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** A cell of numbers. */
export function NumberCell({ children }: { children: ReactNode }) {
  return <td className={styles.number}>{children}</td>;
}
