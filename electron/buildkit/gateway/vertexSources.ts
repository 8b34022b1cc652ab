import type { MessageShape } from '@bufbuild/protobuf';
import type { SolveResponseSchema } from '../gen/moby/buildkit/v1/frontend/gateway_pb';

/** Lines of the Dockerfile, 1-based and inclusive, that each vertex comes from; by its digest. */
export type VertexSources = ReadonlyMap<string, readonly { readonly start: number; readonly end: number }[]>;

/**
 * Reads the source maps out of a frontend's result: one for each platform. Vertexes that come from no line, such as the
 * build context's, are left out. A vertex that several instructions share has the lines of all of them.
 */
export function vertexSources({ result }: MessageShape<typeof SolveResponseSchema>): VertexSources {
  const refs =
    result?.result.case === 'refs'
      ? Object.values(result.result.value.refs)
      : result?.result.case === 'ref'
        ? [result.result.value]
        : [];
  const sources = new Map<string, Map<string, { start: number; end: number }>>();
  for (const { def } of refs) {
    for (const [digest, { locations }] of Object.entries(def?.Source?.locations ?? {})) {
      const known = sources.get(digest) ?? new Map<string, { start: number; end: number }>();
      for (const { ranges } of locations) {
        // An instruction with a heredoc has several ranges; the first one starts it.
        const [first] = ranges;
        const last = ranges.at(-1);
        const [start, end] = [first?.start?.line ?? 0, last?.end?.line ?? 0];
        if (start > 0) known.set(`${start}-${end}`, { start, end: Math.max(start, end) });
      }
      if (known.size > 0) sources.set(digest, known);
    }
  }
  return new Map([...sources].map(([digest, lines]) => [digest, [...lines.values()]]));
}
