import type { FileColumn, FileTreeRequest } from '../../../../shared/contract';
import { compareImages, rowOfLayer } from '../../../../shared/model/imageComparison';
import type { ComparisonRow, ImageColumn, SelectedLayer } from '../../../../shared/model/imageComparison';
import { mostColumns } from '../columns/columns';

/** The files of one step across images. */
export interface StepFiles {
  /** The images that are shown, at most eight, the selected one among them. */
  columns: readonly ImageColumn[];
  /** The step as the comparison has it, for these columns; undefined for a layer that is not there. */
  row: ComparisonRow | undefined;
  request: FileTreeRequest;
}

/** Whether one of these images has the selected layer. */
export function hasLayer(columns: readonly ImageColumn[], { columnId, layer }: SelectedLayer): boolean {
  return columns.some(({ id, manifest }) => id === columnId && manifest.layers[layer] !== undefined);
}

/**
 * What to read for a selected layer: its step in every image. An image that has no layer there adds no files of its
 * own; merged, it adds what its lower layers make.
 */
export function filesOfStep(
  all: readonly ImageColumn[],
  selected: SelectedLayer,
  view: FileColumn['view'],
): StepFiles {
  const chosen = all.findIndex(({ id }) => id === selected.columnId);
  const columns =
    chosen < mostColumns
      ? all.slice(0, mostColumns)
      : [...all.slice(0, mostColumns - 1), ...all.slice(chosen, chosen + 1)];
  const comparison = compareImages(columns);
  const at = rowOfLayer(comparison, columns, selected);
  const above = comparison.rows.slice(0, at + 1);
  return {
    columns,
    row: comparison.rows[at],
    request: {
      columns: columns.map(({ source, platform, manifest }, index) => {
        const positions = (view === 'merged' ? above : above.slice(-1)).flatMap(
          ({ cells }) => cells[index]?.layer?.position ?? [],
        );
        const layers = positions.flatMap((position) => {
          const layer = manifest.layers[position];
          const diffId = manifest.image?.diffIds[position];
          if (layer === undefined) return [];
          const { digest, mediaType, size, annotations, urls } = layer;
          return [
            {
              digest,
              mediaType,
              size,
              ...(diffId === undefined ? {} : { diffId }),
              ...(annotations === undefined ? {} : { annotations }),
              ...(urls === undefined ? {} : { urls }),
            },
          ];
        });
        return { source, ...(platform === '' ? {} : { platform }), layers, view };
      }),
    },
  };
}
