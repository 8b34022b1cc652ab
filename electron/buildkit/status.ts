/** One message of a solve's progress stream, in the order the daemon sent it. Times are milliseconds since the epoch, with fractions. */
export interface StatusEvent {
  readonly vertexes: readonly StatusVertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
  readonly warnings: readonly VertexWarning[];
}

/** A step of the build. The same vertex is sent again whenever it changes; later values replace earlier ones. */
export interface StatusVertex {
  readonly digest: string;
  /** Digests of the vertexes that this one reads from. */
  readonly inputs: readonly string[];
  readonly name: string;
  readonly cached: boolean;
  readonly startedMs?: number;
  readonly completedMs?: number;
  readonly error?: string;
  readonly progressGroup?: { readonly id: string; readonly name: string; readonly weak: boolean };
}

/** Progress of one piece of work inside a vertex, such as a layer download. */
export interface VertexStatus {
  readonly id: string;
  /** Digest of the vertex. */
  readonly vertex: string;
  readonly name: string;
  /** Bytes done; `total` is 0 when the size is not known. */
  readonly current: number;
  readonly total: number;
  readonly timestampMs: number;
  readonly startedMs?: number;
  readonly completedMs?: number;
}

/** Output of a vertex: any bytes, cut anywhere. */
export interface VertexLog {
  /** Digest of the vertex. */
  readonly vertex: string;
  /** 1 is stdout, 2 stderr. */
  readonly stream: number;
  readonly timestampMs: number;
  readonly data: Uint8Array;
}

/** A warning of the frontend, such as a failed Dockerfile check. */
export interface VertexWarning {
  /** Digest of the vertex. */
  readonly vertex: string;
  readonly level: number;
  readonly short: string;
  readonly detail: readonly string[];
  readonly url: string;
  readonly sourceFile?: string;
  readonly ranges?: readonly SourceRange[];
}

/** A region of a source file. Lines are 1-based; characters are 0-based and both 0 when a whole line is meant. */
export interface SourceRange {
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}

export interface SourcePosition {
  readonly line: number;
  readonly character: number;
}
