/** A blob in the daemon's content store, readable with `BuildkitClient.readContent`. */
export interface ContentDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What one build, or one platform of it, left in the content store. */
export interface BuildResult {
  /** Manifests or indexes by exporter index. */
  readonly results: readonly ContentDescriptor[];
  readonly attestations: readonly ContentDescriptor[];
}

/** The daemon's memory of a build. Times are milliseconds since the epoch. */
export interface BuildHistoryRecord {
  readonly ref: string;
  readonly frontend: string;
  readonly frontendAttrs: Readonly<Record<string, string>>;
  readonly exporters: readonly { readonly type: string; readonly attrs: Readonly<Record<string, string>> }[];
  readonly exporterResponse: Readonly<Record<string, string>>;
  readonly createdMs?: number;
  /** Absent while the build runs. */
  readonly completedMs?: number;
  /** Why the build failed, without details; absent when it succeeded or still runs. */
  readonly error?: { readonly code: number; readonly message: string };
  /** The whole `google.rpc.Status` with details. */
  readonly externalError?: ContentDescriptor;
  /** Stored status stream, a sequence of StatusResponse messages. */
  readonly logs?: ContentDescriptor;
  /** OpenTelemetry trace. */
  readonly trace?: ContentDescriptor;
  /** The result of a build whose exporter made one image for one platform. */
  readonly result?: BuildResult;
  /** By platform, such as `linux/arm64`. */
  readonly results: Readonly<Record<string, BuildResult>>;
  readonly pinned: boolean;
  readonly generation: number;
  readonly cachedSteps: number;
  readonly completedSteps: number;
  readonly totalSteps: number;
  readonly warnings: number;
}

export interface BuildHistoryEvent {
  readonly type: 'started' | 'complete' | 'deleted';
  readonly record: BuildHistoryRecord;
}

/** What to listen to. Old engines ignore `filters` and `limit`: filter again where it matters. */
export interface BuildHistoryQuery {
  readonly activeOnly?: boolean;
  /** Only the build with this ref. The daemon puts the deletion of a record off that was asked for so. */
  readonly ref?: string;
  /** End after the records that exist now, instead of waiting for more. */
  readonly earlyExit?: boolean;
  readonly filters?: readonly string[];
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** A change of one history record. */
export interface BuildHistoryUpdate {
  readonly ref: string;
  readonly pinned?: boolean;
  readonly delete?: boolean;
  /** Makes the daemon write the trace of a finished build into the content store now. */
  readonly finalize?: boolean;
}
