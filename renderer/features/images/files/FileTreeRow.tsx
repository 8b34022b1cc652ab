import {
  ChevronRight,
  Cpu,
  Eraser,
  File,
  FileSymlink,
  Folder,
  HardDrive,
  Link2,
  TriangleAlert,
} from 'lucide-react';
import { memo } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileCell, FileKind, FileRow } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import { machineText } from './fileTexts';
import styles from './LayerFiles.module.css';

const icon = { size: 14, strokeWidth: 1.5, 'aria-hidden': true, className: styles.icon } as const;

function iconOf(kind: FileKind, isProgram: boolean): ReactNode {
  switch (kind) {
    case 'directory':
    case 'opaque':
      return <Folder {...icon} />;
    case 'symlink':
      return <FileSymlink {...icon} />;
    case 'hardlink':
      return <Link2 {...icon} />;
    case 'whiteout':
      return <Eraser {...icon} />;
    case 'character-device':
    case 'block-device':
    case 'fifo':
      return <HardDrive {...icon} />;
    case 'file':
      return isProgram ? <Cpu {...icon} /> : <File {...icon} />;
  }
}

/** A path: its sizes in each image, the machines its programs run on, and how the images differ in it. */
export const FileTreeRow = memo(function FileTreeRow({
  id,
  row,
  index,
  isActive,
  columns,
  names,
  shortNames,
  style,
}: {
  id: string;
  row: FileRow;
  /** Position in the list. */
  index: number;
  isActive: boolean;
  columns: readonly ImageColumn[];
  names: readonly string[];
  /** The same for narrow places. */
  shortNames: readonly string[];
  style: CSSProperties;
}) {
  const { t, i18n } = useTranslation('imageFiles');
  const cells = row.cells.map((cell) => cellText(cell, t, i18n.language));
  const across = useAcross(row, shortNames);
  const present = row.cells.find((cell) => cell !== null);
  const isWrong = row.cells.some((cell) => cell?.executable?.wrongMachine);
  const wrongTexts = row.cells.flatMap((cell, at) =>
    cell?.executable?.wrongMachine
      ? [
          t('wrongBinary', {
            machine: machineText(cell.executable),
            platform: columns[at]?.platform ?? '',
          }),
        ]
      : [],
  );
  const described = [
    present?.target === undefined ? '' : t('linkTo', { target: present.target }),
    ...cells.map((text, at) => t('cellOf', { column: names[at] ?? '', text })),
    ...wrongTexts,
    across.text,
  ].filter((text) => text !== '');
  const classes = [
    styles.row,
    index % 2 === 1 ? styles.odd : '',
    isActive ? styles.active : '',
    isWrong ? styles.wrongRow : '',
  ];
  return (
    <div role="presentation" data-index={index} className={classes.join(' ')} style={style}>
      <span id={`${id}-told`} hidden>
        {described.join('; ')}
      </span>
      <span className={styles.path} style={{ paddingInlineStart: 8 + row.depth * 14 }} title={`/${row.path}`}>
        <span className={styles.twist}>
          {row.isDirectory && (
            <ChevronRight size={12} strokeWidth={1.5} className={row.expanded ? styles.twistOpen : ''} />
          )}
        </span>
        {iconOf(present?.kind ?? 'file', present?.executable !== undefined)}
        {/* The name alone is the item; what else the row shows describes it. The tree has the focus. */}
        <span
          id={id}
          role="treeitem"
          aria-level={row.depth + 1}
          aria-posinset={row.position}
          aria-setsize={row.siblings}
          aria-selected={isActive}
          aria-expanded={row.isDirectory ? row.expanded : undefined}
          aria-label={row.name}
          aria-describedby={`${id}-told`}
          className={`${styles.name} ${present?.kind === 'whiteout' ? styles.gone : ''}`}
        >
          {row.name}
        </span>
        {present?.target !== undefined && (
          <span className={styles.target}>{t('linkTo', { target: present.target })}</span>
        )}
      </span>
      {row.cells.map((cell, at) => (
        <span
          key={columns[at]?.id ?? at}
          className={`${styles.sizeCell} ${cell === null ? styles.absent : ''}`}
        >
          {cell === null ? '–' : <Size cell={cell} text={cells[at] ?? ''} />}
        </span>
      ))}
      <Machines row={row} columns={columns} names={names} wrongText={wrongTexts.join('; ')} />
      <span className={styles.across} title={across.text}>
        {across.mark !== undefined && (
          <span aria-hidden="true" className={`${styles.mark} ${across.look ?? ''}`}>
            {across.mark}
          </span>
        )}
        <span className={styles.cut}>{across.short ?? across.text}</span>
      </span>
    </div>
  );
});

/** Stands for a row that is on its way. */
export function LoadingRow({ style, isOdd }: { style: CSSProperties; isOdd: boolean }) {
  const { t } = useTranslation('imageFiles');
  return (
    <div className={`${styles.row} ${isOdd ? styles.odd : ''}`} style={style}>
      <span className={styles.path} style={{ paddingInlineStart: 8 }}>
        <span
          role="treeitem"
          aria-selected={false}
          aria-label={t('loadingRow')}
          className={styles.placeholder}
        />
      </span>
    </div>
  );
}

type Translate = ReturnType<typeof useTranslation<'imageFiles'>>['t'];

function cellText(cell: FileCell | null, t: Translate, language: string): string {
  if (cell === null) return t('notThere');
  switch (cell.kind) {
    case 'file':
      return cell.size.toLocaleString(language);
    case 'directory':
      return formatBytes(cell.size);
    case 'hardlink':
    case 'symlink':
    case 'character-device':
    case 'block-device':
    case 'fifo':
    case 'whiteout':
    case 'opaque':
      return t(`kind.${cell.kind}`);
  }
}

/** A size in bytes, and in few characters where there is no room for them. */
function Size({ cell, text }: { cell: FileCell; text: string }) {
  if (cell.kind !== 'file') return text;
  return (
    <>
      <span className={styles.exact}>{text}</span>
      <span className={styles.rounded} title={text}>
        {formatBytes(cell.size)}
      </span>
    </>
  );
}

/** The machines of a program, for each image that has it. Programs of the wrong machine are marked. */
function Machines({
  row,
  columns,
  names,
  wrongText,
}: {
  row: FileRow;
  columns: readonly ImageColumn[];
  names: readonly string[];
  wrongText: string;
}) {
  const { t } = useTranslation('imageFiles');
  const all = row.cells.flatMap((cell, at) =>
    cell?.executable === undefined
      ? []
      : [t('cellOf', { column: names[at] ?? '', text: cell.executable.machines.join('+') })],
  );
  const title = [wrongText, ...all].filter((text) => text !== '').join('\n');
  return (
    <span className={styles.machines} title={title === '' ? undefined : title}>
      {row.cells.map((cell, at) =>
        cell?.executable === undefined ? null : (
          <span
            key={columns[at]?.id ?? at}
            className={`${styles.machine} ${cell.executable.wrongMachine ? styles.wrongMachine : ''}`}
          >
            {cell.executable.wrongMachine ? (
              <TriangleAlert size={11} strokeWidth={1.75} aria-hidden="true" />
            ) : (
              <PlatformGlyph platform={columns[at]?.platform ?? ''} size={8} />
            )}
            <span className={styles.machineText}>{cell.executable.machines.join('+')}</span>
          </span>
        ),
      )}
    </span>
  );
}

interface Across {
  mark?: string;
  look?: string | undefined;
  text: string;
  /** What is enough beside the sign. */
  short?: string;
}

/** How the images differ in a path: a sign and words. */
function useAcross(row: FileRow, names: readonly string[]): Across {
  const { t, i18n } = useTranslation('imageFiles');
  const below = (): Across => ({
    mark: '≠',
    look: styles.markDiffers,
    text: t('differingBelow', {
      count: row.differing,
      formatted: row.differing.toLocaleString(i18n.language),
    }),
  });
  if (names.length === 1) {
    const kind = row.cells[0]?.kind;
    if (kind === 'whiteout') return { mark: '−', look: styles.markGone, text: t('deletes') };
    return kind === 'opaque' ? { mark: '−', look: styles.markGone, text: t('replaces') } : { text: '' };
  }
  switch (row.comparison) {
    case 'only': {
      const list = (wanted: boolean): string =>
        new Intl.ListFormat(i18n.language, { type: 'unit', style: 'short' }).format(
          names.filter((_, index) => (row.cells[index] !== null) === wanted),
        );
      const present = row.cells.filter((cell) => cell !== null).length;
      const text =
        present <= names.length / 2
          ? t('onlyIn', { columns: list(true) })
          : t('notIn', { columns: list(false) });
      return { mark: '+', look: styles.markOnly, text };
    }
    case 'differs': {
      const what = row.differences.map((difference) => t(`difference.${difference}`)).join(', ');
      const sign = { mark: '≠', look: styles.markDiffers };
      return what === ''
        ? { ...sign, text: t('differsPlain') }
        : { ...sign, text: t('differsIn', { what }), short: what };
    }
    case 'identical':
      return row.differing > 0 ? below() : { mark: '=', text: t('identical') };
  }
}
