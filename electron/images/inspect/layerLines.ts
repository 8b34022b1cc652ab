import type { Provenance } from '../../../shared/contract';
import { listOf, memberOf, numberOf, objectOf, textOf } from './loose';

type LayerLines = Provenance['layerLines'];

/** The layers below a step, and the step's own last, by its digest. */
interface Chain {
  readonly step: string;
  readonly digests: readonly string[];
}

/**
 * Which lines of which file each layer comes from, by what BuildKit keeps in its provenance (mode=max): the layers of each
 * step's result, and the places that each step comes from (BuildKit docs/attestations/slsa-definitions.md, `layers` and
 * `source`). A step's result has the layers below it too, so that a layer belongs to the step with the shortest result
 * that has it; those of a base image belong to its FROM.
 *
 * @param metadata BuildKit's own part of the provenance
 */
export function layerLinesOf(metadata: unknown): LayerLines {
  const places = objectOf(memberOf(metadata, 'source', 'locations')) ?? {};
  const files = listOf(memberOf(metadata, 'source', 'infos')).map(
    (info) => textOf(memberOf(info, 'filename')) ?? '',
  );
  const shortest = new Map<string, Chain>();
  for (const chain of chainsOf(memberOf(metadata, 'layers'))) {
    for (const digest of chain.digests) {
      const known = shortest.get(digest);
      if (known === undefined || chain.digests.length < known.digests.length) shortest.set(digest, chain);
    }
  }
  return [...shortest].flatMap(([digest, { step }]) => {
    const place = Object.hasOwn(places, step) ? linesOf(places[step], files) : undefined;
    return place === undefined ? [] : [{ digest, ...place }];
  });
}

/** Keys are a step and the number of its output: `step3:0`. */
function* chainsOf(layers: unknown): Generator<Chain, void, undefined> {
  for (const [key, variants] of Object.entries(objectOf(layers) ?? {})) {
    for (const variant of listOf(variants)) {
      const digests = listOf(variant).flatMap((layer) => textOf(memberOf(layer, 'digest')) ?? []);
      yield { step: key.split(':', 1)[0]!, digests };
    }
  }
}

/** From the first line to the last of all ranges in one file (BuildKit solver/pb/ops.proto, Locations). */
function linesOf(
  locations: unknown,
  files: readonly string[],
): { file: string; startLine: number; endLine: number } | undefined {
  const [first] = listOf(memberOf(locations, 'locations'));
  const file = files[numberOf(memberOf(first, 'sourceIndex')) ?? 0];
  const lines = listOf(memberOf(first, 'ranges')).flatMap((range) => {
    const start = numberOf(memberOf(range, 'start', 'line'));
    return start === undefined ? [] : [start, numberOf(memberOf(range, 'end', 'line')) ?? start];
  });
  if (!file || lines.length === 0) return undefined;
  const startLine = lines.reduce((one, other) => Math.min(one, other));
  return { file, startLine, endLine: lines.reduce((one, other) => Math.max(one, other)) };
}
