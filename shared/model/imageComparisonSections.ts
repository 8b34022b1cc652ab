import type { ImageColumn } from './imageComparisonColumns';
import type { AlignedSteps } from './imageComparisonAlignment';
import { spanOf } from './imageComparisonSteps';
import type { DockerfileLines, ImageStep } from './imageComparisonSteps';

/** Neighbouring rows of one origin. */
export interface RowSection {
  firstRow: number;
  rowCount: number;
  origin:
    | {
        kind: 'base';
        /** As the image's annotations name its base image. */
        name?: string;
        digest?: string;
      }
    /** Built by the Dockerfile: the lines from the first to the last of its steps. */
    | ({ kind: 'built' } & DockerfileLines);
}

/**
 * Tells the rows of the base image from those that the Dockerfile made. BuildKit's provenance gives the layers of a
 * base image the line of its FROM, so the first layers that share their lines, or have none, are the base's. Empty
 * where no column knows its lines.
 */
export function sectionsOf(rows: readonly AlignedSteps[], columns: readonly ImageColumn[]): RowSection[] {
  const steps = rows.map((row) => row.find((step) => step?.lines !== undefined) ?? row.find(hasLayer));
  if (steps.every((step) => step?.lines === undefined)) return [];
  const firstBuilt = firstBuiltRow(steps);
  const firstRow = firstBuilt === -1 ? rows.length : sectionStart(rows, steps, firstBuilt);
  const sections: RowSection[] = [];
  if (firstRow > 0) {
    const annotations = columns.map(({ manifest }) => manifest.annotations);
    const name = annotations.find((one) => one[baseName] !== undefined)?.[baseName];
    const digest = common(annotations.map((one) => one[baseDigest]));
    sections.push({
      firstRow: 0,
      rowCount: firstRow,
      origin: {
        kind: 'base',
        ...(name === undefined ? {} : { name }),
        ...(digest === undefined ? {} : { digest }),
      },
    });
  }
  const lines = steps.slice(firstRow).flatMap((step) => (step?.lines === undefined ? [] : [step.lines]));
  const built = spanOf(lines);
  if (built !== undefined) {
    sections.push({ firstRow, rowCount: rows.length - firstRow, origin: { kind: 'built', ...built } });
  }
  return sections;
}

/** Annotations of the OCI image specification (annotations.md). */
const baseName = 'org.opencontainers.image.base.name';
const baseDigest = 'org.opencontainers.image.base.digest';

function hasLayer(step: ImageStep | undefined): boolean {
  return step?.layer !== undefined;
}

/** Position of the first row with a layer that the Dockerfile itself made; -1 when all are the base's. */
function firstBuiltRow(steps: readonly (ImageStep | undefined)[]): number {
  const layers = steps.flatMap((step, row) =>
    step?.layer === undefined ? [] : [{ row, lines: step.lines }],
  );
  const first = layers.findIndex(({ lines }) => lines !== undefined);
  const from = layers[first]?.lines;
  let next = first + 1;
  while (isSamePlace(layers[next]?.lines, from)) next += 1;
  // A single layer with lines of its own is a step; several on one line come from its FROM.
  return layers[next - first < 2 ? first : next]?.row ?? -1;
}

function isSamePlace(a: DockerfileLines | undefined, b: DockerfileLines | undefined): boolean {
  return a !== undefined && a.file === b?.file && a.startLine === b.startLine;
}

/**
 * Where the section of a built row begins. The rows without a layer before it belong to what they were made with: the
 * base image, or the Dockerfile.
 */
function sectionStart(
  rows: readonly AlignedSteps[],
  steps: readonly (ImageStep | undefined)[],
  firstBuilt: number,
): number {
  let start = firstBuilt;
  while (start > 0 && steps[start - 1]?.layer === undefined) start -= 1;
  if (start === 0) return 0;
  const timeOf = (row: number): number =>
    rows[row]?.find((step) => step?.createdMs !== undefined)?.createdMs ?? NaN;
  const [base, built] = [timeOf(start - 1), timeOf(firstBuilt)];
  while (start < firstBuilt && !(Math.abs(timeOf(start) - built) < Math.abs(timeOf(start) - base)))
    start += 1;
  return start;
}

function common(values: readonly (string | undefined)[]): string | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}
