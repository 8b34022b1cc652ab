import { Files } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileColumn } from '../../../../shared/contract';
import type { ImageColumn, SelectedLayer } from '../../../../shared/model/imageComparison';
import { EmptyState } from '../../../ui/EmptyState';
import { filesOfStep } from './columnsOfFiles';
import { emptyFilter } from './fileFilter';
import { FilesPanel } from './FilesPanel';

/** The files of the selected step, for all images side by side: of its layer alone, or of all up to it. */
export function LayerFiles({
  columns,
  selected,
}: {
  columns: ImageColumn[];
  selected: SelectedLayer | undefined;
}) {
  const { t } = useTranslation('imageFiles');
  const [view, setView] = useState<FileColumn['view']>('layer');
  const [filter, setFilter] = useState(emptyFilter);
  const files = useMemo(() => {
    const isThere = columns.some(
      ({ id, manifest }) => id === selected?.columnId && manifest.layers[selected.layer] !== undefined,
    );
    return selected === undefined || !isThere ? undefined : filesOfStep(columns, selected, view);
    // The row of the selection only repeats what its layer says.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [columns, selected?.columnId, selected?.layer, view]);

  if (files === undefined || selected === undefined) {
    return (
      <EmptyState
        icon={<Files size={28} strokeWidth={1.25} aria-hidden="true" />}
        title={t('nothingSelected')}
      >
        {t('nothingSelectedText')}
      </EmptyState>
    );
  }
  return (
    <FilesPanel
      files={files}
      selected={selected}
      view={view}
      onView={setView}
      filter={filter}
      onFilter={setFilter}
    />
  );
}
