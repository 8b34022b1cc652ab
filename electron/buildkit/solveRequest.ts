import { create, type MessageShape } from '@bufbuild/protobuf';
import { SolveRequestSchema } from './gen/moby/buildkit/v1/control_pb';

/** Where a build's result goes. Its index in {@link SolveRequest.exporters} is its exporter id on the session. */
export interface Exporter {
  /** `image`, `moby`, `local`, `tar`, `oci` or `docker`. */
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/** A cache to read from or write to, such as `{ type: 'registry', attrs: { ref, mode: 'max' } }`. */
export interface CacheLocation {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/** One build as the daemon is asked for it. The session that serves its files is named apart. */
export interface SolveRequest {
  /** `dockerfile.v0`, `gateway.v0` or any other frontend; empty when `definition` is given. */
  readonly frontend: string;
  /** Such as `filename`, `target`, `platform` (comma separated), `build-arg:NAME`, `no-cache`. */
  readonly frontendAttrs: Readonly<Record<string, string>>;
  /** A marshalled `pb.Definition` (LLB) to solve instead of a frontend. */
  readonly definition?: Uint8Array;
  readonly exporters?: readonly Exporter[];
  readonly cacheImports?: readonly CacheLocation[];
  readonly cacheExports?: readonly CacheLocation[];
  /** Such as `network.host`, `security.insecure`. */
  readonly entitlements?: readonly string[];
  /** Keeps the build out of the daemon's history. */
  readonly internal?: boolean;
}

/** A {@link SolveRequest} bound to its identifiers on the daemon. */
export interface SolveCall extends SolveRequest {
  /** Identifies the build for Status, history and the gateway; unique on the daemon. */
  readonly ref: string;
  /** Id of the session that serves the build's files and credentials. */
  readonly session: string;
}

export interface SolveResponse {
  /** What the exporters answered, such as `containerimage.digest`. */
  readonly exporterResponse: Readonly<Record<string, string>>;
}

/**
 * The wire message. The first exporter is also set in the fields that engines before BuildKit 0.13 read; newer ones
 * ignore those when `Exporters` is there.
 */
export function solveRequestMessage(call: SolveCall): MessageShape<typeof SolveRequestSchema> {
  const exporters = call.exporters ?? [];
  return create(SolveRequestSchema, {
    Ref: call.ref,
    Session: call.session,
    Frontend: call.frontend,
    FrontendAttrs: { ...call.frontendAttrs },
    Definition: call.definition ?? new Uint8Array(0),
    Exporters: exporters.map(typeAndAttrs),
    ExporterDeprecated: exporters[0]?.type ?? '',
    ExporterAttrsDeprecated: { ...exporters[0]?.attrs },
    Cache: {
      Imports: (call.cacheImports ?? []).map(typeAndAttrs),
      Exports: (call.cacheExports ?? []).map(typeAndAttrs),
    },
    Entitlements: [...(call.entitlements ?? [])],
    Internal: call.internal ?? false,
  });
}

function typeAndAttrs(entry: Exporter | CacheLocation) {
  return { Type: entry.type, Attrs: { ...entry.attrs } };
}
