import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileColumn } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import type { SelectedLayer } from '../../../../shared/model/imageComparison';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Segmented } from '../../../ui/Segmented';
import { columnNames } from '../compare/columnNames';
import type { StepFiles } from './columnsOfFiles';
import { FileTree } from './FileTree';
import type { ChosenFilter } from './fileFilter';
import { FilterBar } from './FilterBar';
import styles from './LayerFiles.module.css';
import { TreeNotes } from './TreeNotes';
import { rememberUnpackedSizes } from './unpackedSizes';
import { useFileTree } from './useFileTree';
import type { TreeReading } from './useFileTree';

/** Reads the files of a step and shows them, or how far that is. */
export function FilesPanel({
  files,
  selected,
  view,
  onView,
  filter,
  onFilter,
}: {
  files: StepFiles;
  selected: SelectedLayer;
  view: FileColumn['view'];
  onView: (view: FileColumn['view']) => void;
  filter: ChosenFilter;
  onFilter: (filter: ChosenFilter) => void;
}) {
  const { t } = useTranslation('imageFiles');
  const { columns, row, request } = files;
  const { reading, cancel, restart } = useFileTree(request);
  const names = useMemo(() => columnNames(columns), [columns]);
  const number = selected.layer + 1;

  const summary = reading.status === 'ready' ? reading.summary : undefined;
  useEffect(() => {
    if (summary === undefined || view !== 'layer') return;
    rememberUnpackedSizes(
      request.columns.flatMap(({ layers }, index): [string, number][] => {
        const [layer, told] = [layers[0], summary.columns[index]];
        return layer === undefined || told === undefined ? [] : [[layer.digest, told.size]];
      }),
    );
  }, [request, summary, view]);

  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h2 className={styles.title}>{t('files')}</h2>
        <span className={styles.subtitle} title={row?.text}>
          {row === undefined || row.text === ''
            ? t('layerTitleUntold', { number })
            : t('layerTitle', { number, text: row.text })}
        </span>
        <span className={styles.spring} />
        <Segmented<FileColumn['view']>
          label={t('view')}
          value={view}
          onChange={onView}
          segments={[
            { id: 'layer', label: t('viewLayer') },
            { id: 'merged', label: t('viewMerged') },
          ]}
        />
      </div>
      {reading.status === 'ready' ? (
        <>
          <FilterBar
            filter={filter}
            onFilter={onFilter}
            summary={reading.summary}
            view={view}
            columns={columns}
            names={names}
          />
          <TreeNotes summary={reading.summary} columns={columns} filter={filter} onFilter={onFilter} />
          <FileTree
            key={reading.tree}
            tree={reading.tree}
            summary={reading.summary}
            columns={columns}
            names={names}
            view={view}
            firstColumn={columns.findIndex(({ id }) => id === selected.columnId)}
            filter={filter}
            onFilter={onFilter}
          />
        </>
      ) : (
        <NotReady reading={reading} view={view} number={number} onCancel={cancel} onRestart={restart} />
      )}
    </div>
  );
}

function NotReady({
  reading,
  view,
  number,
  onCancel,
  onRestart,
}: {
  reading: Exclude<TreeReading, { status: 'ready' }>;
  view: FileColumn['view'];
  number: number;
  onCancel: () => void;
  onRestart: () => void;
}) {
  const { t, i18n } = useTranslation('imageFiles');
  if (reading.status === 'failed') {
    return (
      <div className={styles.note}>
        <ErrorNote error={reading.error} onRetry={onRestart} />
      </div>
    );
  }
  if (reading.status === 'cancelled') {
    return (
      <EmptyState title={t('cancelled')} actions={<Button onPress={onRestart}>{t('readAgain')}</Button>} />
    );
  }
  const what = t(view === 'layer' ? 'readingLayer' : 'readingMerged', { number });
  const { readBytes, totalBytes, entries } = reading.progress ?? { readBytes: 0, totalBytes: 0, entries: 0 };
  const share = totalBytes === 0 ? 0 : readBytes / totalBytes;
  return (
    <div className={styles.reading}>
      <span role="status" aria-label={t('readingStatus')} className={styles.readingText}>
        {reading.progress === undefined
          ? `${what}…`
          : t('readingBytes', {
              what,
              read: formatBytes(readBytes),
              total: formatBytes(totalBytes),
              files: t('fileCount', { count: entries, formatted: entries.toLocaleString(i18n.language) }),
            })}
      </span>
      <span className={styles.meter} aria-hidden="true">
        <i style={{ width: `${Math.min(1, share) * 100}%` }} />
      </span>
      <Button size="sm" onPress={onCancel}>
        {t('cancel')}
      </Button>
    </div>
  );
}
