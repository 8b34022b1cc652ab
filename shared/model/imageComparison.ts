import type { ImageDescriptor } from '../contract';
import { alignSteps } from './imageComparisonAlignment';
import type { AlignedSteps } from './imageComparisonAlignment';
import type { ImageColumn, SelectedLayer } from './imageComparisonColumns';
import { sectionsOf } from './imageComparisonSections';
import type { RowSection } from './imageComparisonSections';
import { stepsOf } from './imageComparisonSteps';
import type { DockerfileLines, ImageStep } from './imageComparisonSteps';
import { keywordOf } from './imageComparisonText';

export type { ImageColumn, SelectedLayer } from './imageComparisonColumns';

/** A layer in the comparison. */
export interface ComparedLayer {
  /** Position in the manifest, from 0. */
  position: number;
  descriptor: ImageDescriptor;
  /** Digest of the uncompressed content, where the configuration tells it. */
  diffId?: string;
}

/** What one column has of a step. */
export interface ComparisonCell {
  /** The instruction as this column has it; empty where its history doesn't tell. */
  text: string;
  /** Absent where the step made no layer. */
  layer?: ComparedLayer;
  lines?: DockerfileLines;
}

/**
 * How the layers of a row relate:
 * - `identical`: every column has the same blob.
 * - `same-content`: every column has the same content, but compressed in different ways.
 * - `partly`: some share a blob or the content.
 * - `different`: no two columns share anything.
 * - `single`: one column has a layer here; there are others.
 * - `none`: no column has a layer here.
 */
export type RowRelation = 'identical' | 'same-content' | 'partly' | 'different' | 'single' | 'none';

/** A step across the columns. */
export interface ComparisonRow {
  /** The instruction as the first column that knows it has it. */
  text: string;
  keyword: string;
  lines?: DockerfileLines;
  relation: RowRelation;
  /** One a column; undefined where the image has no such step. */
  cells: (ComparisonCell | undefined)[];
}

/** Images put side by side. */
export interface ImageComparison {
  rows: ComparisonRow[];
  /** Neighbouring rows that belong together; empty where the origin of the layers is not known. */
  sections: RowSection[];
}

/**
 * Aligns the steps of images: by the digests of their layers, by what their instructions say, and by Dockerfile line
 * where it is known; never by position alone. See {@link alignSteps}.
 */
export function compareImages(columns: readonly ImageColumn[]): ImageComparison {
  const aligned = alignSteps(columns, columns.map(stepsOf));
  return {
    rows: aligned.map((steps) => rowOf(columns, steps)),
    sections: sectionsOf(aligned, columns),
  };
}

function rowOf(columns: readonly ImageColumn[], steps: AlignedSteps): ComparisonRow {
  const cells = columns.map((column, index) => cellOf(column, steps[index]));
  const text = cells.find((cell) => cell !== undefined && cell.text !== '')?.text ?? '';
  const lines = cells.find((cell) => cell?.lines !== undefined)?.lines;
  return {
    text,
    keyword: keywordOf(text),
    ...(lines === undefined ? {} : { lines }),
    relation: relationOf(cells),
    cells,
  };
}

function cellOf({ manifest }: ImageColumn, step: ImageStep | undefined): ComparisonCell | undefined {
  if (step === undefined) return undefined;
  const { text, lines, layer: position } = step;
  const descriptor = position === undefined ? undefined : manifest.layers[position];
  const diffId = position === undefined ? undefined : manifest.image?.diffIds[position];
  return {
    text,
    ...(lines === undefined ? {} : { lines }),
    ...(position === undefined || descriptor === undefined
      ? {}
      : { layer: { position, descriptor, ...(diffId === undefined ? {} : { diffId }) } }),
  };
}

function relationOf(cells: ComparisonRow['cells']): RowRelation {
  const layers = cells.flatMap((cell) => (cell?.layer === undefined ? [] : [cell.layer]));
  if (layers.length === 0) return 'none';
  if (layers.length === 1) return cells.length === 1 ? 'different' : 'single';
  const isWhole = layers.length === cells.length;
  if (isWhole && distinct(layers.map(({ descriptor }) => descriptor.digest)) === 1) return 'identical';
  const contents = distinct(layers.map(contentOf));
  if (isWhole && contents === 1) return 'same-content';
  return contents < layers.length ? 'partly' : 'different';
}

/** Equal for layers with the same content; a layer whose content is not known stands for itself. */
export function contentOf({ descriptor, diffId }: ComparedLayer): string {
  return diffId ?? descriptor.digest;
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}

/** Position of the row that has a layer; -1 when none has. */
export function rowOfLayer(
  { rows }: ImageComparison,
  columns: readonly ImageColumn[],
  { columnId, layer }: SelectedLayer,
): number {
  const index = columns.findIndex(({ id }) => id === columnId);
  return rows.findIndex(({ cells }) => cells[index]?.layer?.position === layer);
}
