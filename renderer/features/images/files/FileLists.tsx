import { useState } from 'react';
import { DialogTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { FileTreeSummary } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { coreText } from '../../../locales/core';
import { Button } from '../../../ui/Button';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import { Popover } from '../../../ui/Popover';
import { Segmented } from '../../../ui/Segmented';
import styles from './LayerFiles.module.css';

interface ListProps {
  summary: FileTreeSummary;
  columns: readonly ImageColumn[];
  /** What the columns are called. */
  names: readonly string[];
}
interface PathListProps extends ListProps {
  /** A path is to be shown in the tree. */
  onShow: (path: string) => void;
}
interface ListedPath {
  path: string;
  size: number;
  note?: string;
}

/** A button that opens the list of the largest files, an image at a time; a press on one shows it in the tree. */
export function BiggestFiles(props: PathListProps) {
  const { t } = useTranslation('imageFiles');
  const title = t('biggest');
  return (
    <PathLists {...props} button={title} title={title} empty={t('empty')} rowsOf={({ biggest }) => biggest} />
  );
}

/** A button that opens the list of what later layers overwrite or delete. */
export function WastedSpace(props: PathListProps) {
  const { t } = useTranslation('imageFiles');
  const most = props.summary.columns.reduce((largest, { wastedBytes }) => Math.max(largest, wastedBytes), 0);
  return (
    <PathLists
      {...props}
      button={t('wasted', { size: formatBytes(most) })}
      title={t('wastedTitle')}
      empty={t('wastedNone')}
      rowsOf={({ wasted }) =>
        wasted.map(({ path, size, how, byLayer }) => ({ path, size, note: t(how, { number: byLayer + 1 }) }))
      }
    />
  );
}

function PathLists({
  summary,
  columns,
  names,
  onShow,
  button,
  title,
  empty,
  rowsOf,
}: PathListProps & {
  button: string;
  title: string;
  /** Stands in place of a list without paths. */
  empty: string;
  rowsOf: (column: FileTreeSummary['columns'][number]) => readonly ListedPath[];
}) {
  const [shown, setShown] = useState(0);
  const column = summary.columns[shown];
  return (
    <DialogTrigger>
      <Button size="sm">{button}</Button>
      <Popover label={title}>
        {(close) => (
          <>
            <ColumnChoice columns={columns} names={names} value={shown} onChange={setShown} />
            <PathList
              label={title}
              rows={column === undefined ? [] : rowsOf(column)}
              empty={empty}
              onShow={(path) => {
                close();
                onShow(path);
              }}
            />
          </>
        )}
      </Popover>
    </DialogTrigger>
  );
}

/** A button that opens the list of what was odd in the archives; nothing when nothing was. */
export function Oddities({ summary, columns, names }: ListProps) {
  const { t } = useTranslation('imageFiles');
  const warnings = summary.columns.flatMap((one, index) => one.warnings.map((text) => ({ text, index })));
  if (warnings.length === 0) return null;
  return (
    <DialogTrigger>
      <Button size="sm">{t('warnings', { count: warnings.length })}</Button>
      <Popover label={t('warningsTitle')}>
        <ul aria-label={t('warningsTitle')} className={styles.oddities}>
          {warnings.map(({ text, index }, at) => (
            <li key={at}>
              <PlatformGlyph platform={columns[index]?.platform ?? ''} size={8} />
              <span className={styles.dim}>{names[index]}</span>
              <span className={styles.oddity}>{coreText(text)}</span>
            </li>
          ))}
        </ul>
      </Popover>
    </DialogTrigger>
  );
}

function ColumnChoice({
  columns,
  names,
  value,
  onChange,
}: {
  columns: readonly ImageColumn[];
  names: readonly string[];
  value: number;
  onChange: (column: number) => void;
}) {
  const { t } = useTranslation('imageFiles');
  if (columns.length < 2) return null;
  return (
    <Segmented
      label={t('view')}
      value={String(value)}
      onChange={(id) => onChange(Number(id))}
      segments={names.map((name, index) => ({ id: String(index), label: name }))}
    />
  );
}

function PathList({
  label,
  rows,
  empty,
  onShow,
}: {
  label: string;
  rows: readonly ListedPath[];
  empty: string;
  onShow: (path: string) => void;
}) {
  if (rows.length === 0) return <p className={styles.listEmpty}>{empty}</p>;
  return (
    <ul aria-label={label} className={styles.paths}>
      {rows.map(({ path, size, note }) => (
        <li key={`${path}\n${note ?? ''}`}>
          <button type="button" className={styles.pathRow} title={path} onClick={() => onShow(path)}>
            <span className={styles.pathSize}>{formatBytes(size)}</span>
            <span className={styles.pathText}>{path}</span>
            {note !== undefined && <span className={styles.dim}>{note}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
