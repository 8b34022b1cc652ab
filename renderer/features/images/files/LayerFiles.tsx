import { useMemo, useState } from 'react';
import type { FileColumn } from '../../../../shared/contract';
import type { ImageColumn, SelectedLayer } from '../../../../shared/model/imageComparison';
import { filesOfStep } from './columnsOfFiles';
import { emptyFilter } from './fileFilter';
import { FilesPanel } from './FilesPanel';

/** The files of the selected step, for all images side by side: of its layer alone, or of all up to it. */
export function LayerFiles({
  columns,
  selected,
}: {
  columns: ImageColumn[];
  /** One that an image of these has. */
  selected: SelectedLayer;
}) {
  const [view, setView] = useState<FileColumn['view']>('layer');
  const [filter, setFilter] = useState(emptyFilter);
  const files = useMemo(
    () => filesOfStep(columns, selected, view),
    // The row of the selection only repeats what its layer says.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [columns, selected.columnId, selected.layer, view],
  );
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
