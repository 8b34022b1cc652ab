import type { ImageColumn } from './imageComparisonColumns';
import { cleanInstruction } from './imageComparisonText';

/** Lines of a Dockerfile, 1-based and inclusive. */
export interface DockerfileLines {
  file: string;
  startLine: number;
  endLine: number;
}

/** One step by which an image was made: a line of its history, a layer, or both. */
export interface ImageStep {
  /** The cleaned instruction; empty for a layer that the history doesn't tell of. */
  text: string;
  /** When it was made, in milliseconds since 1970, as far as the history tells. */
  createdMs?: number;
  /** Position in the manifest's layers; absent for a step that made none. */
  layer?: number;
  lines?: DockerfileLines;
}

/**
 * The steps of an image in their order. Every layer of the manifest is in it exactly once and in order, also where the
 * history is missing, shorter, or wrong about its layers.
 */
export function stepsOf({ manifest, layerLines = [] }: ImageColumn): ImageStep[] {
  const lines = linesOfLayers(
    manifest.layers.map(({ digest }) => digest),
    layerLines,
  );
  const steps: ImageStep[] = [];
  let next = 0;
  const addLayer = (text: string, created?: string): void => {
    const found = lines[next];
    steps.push({ text, layer: next, ...timeOf(created), ...(found === undefined ? {} : { lines: found }) });
    next += 1;
  };
  for (const { createdBy, created, layer } of manifest.image?.history ?? []) {
    const text = cleanInstruction(createdBy);
    if (layer !== undefined && layer >= next && layer < manifest.layers.length) {
      while (next < layer) addLayer('');
      addLayer(text, created);
    } else if (layer === undefined) {
      steps.push({ text, ...timeOf(created) });
    }
  }
  while (next < manifest.layers.length) addLayer('');
  return steps;
}

function timeOf(created: string | undefined): { createdMs?: number } {
  const createdMs = Date.parse(created ?? '');
  return Number.isNaN(createdMs) ? {} : { createdMs };
}

/** The lines of each layer. A digest that stands at several places has the lines of each in turn, or of all of them. */
function linesOfLayers(
  digests: readonly string[],
  layerLines: NonNullable<ImageColumn['layerLines']>,
): (DockerfileLines | undefined)[] {
  const known = new Map<string, DockerfileLines[]>();
  for (const { digest, ...place } of layerLines) known.set(digest, [...(known.get(digest) ?? []), place]);
  const counts = new Map<string, number>();
  for (const digest of digests) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  const seen = new Map<string, number>();
  return digests.map((digest) => {
    const places = known.get(digest) ?? [];
    const turn = seen.get(digest) ?? 0;
    seen.set(digest, turn + 1);
    return spanOf(places.length === counts.get(digest) ? places.slice(turn, turn + 1) : places);
  });
}

/** The lines from the first to the last of the places in the first one's file; undefined when there are none. */
export function spanOf(places: readonly DockerfileLines[]): DockerfileLines | undefined {
  const [first] = places;
  if (first === undefined) return undefined;
  const inFile = places.filter(({ file }) => file === first.file);
  return {
    file: first.file,
    startLine: Math.min(...inFile.map(({ startLine }) => startLine)),
    endLine: Math.max(...inFile.map(({ endLine }) => endLine)),
  };
}
