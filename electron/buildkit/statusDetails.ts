import { Buffer } from 'node:buffer';
import { fromBinary } from '@bufbuild/protobuf';
import { StatusSchema } from './gen/google/rpc/status_pb';
import type { SourceRange } from './status';

/** A place in a source file that a failure is about. */
export interface SolveErrorSource {
  /** Name as the frontend knows the file, such as `Dockerfile`. */
  readonly file: string;
  /** The file's whole content at the time of the build. */
  readonly content: Uint8Array;
  readonly ranges: readonly SourceRange[];
}

/** What a failed solve said besides its message. */
export interface SolveErrorDetails {
  readonly sources: readonly SolveErrorSource[];
  /** Digest of the vertex that failed. */
  readonly vertex?: string;
  /** Exit code of the process that failed in a RUN step. */
  readonly exitCode?: number;
}

/** A `google.rpc.Status` as BuildKit fills it. */
export interface DecodedStatus {
  readonly code: number;
  readonly message: string;
  readonly details: SolveErrorDetails;
}

/**
 * Reads the bytes of a `google.rpc.Status` (the trailer `grpc-status-details-bin`, or a history record's external
 * error). Its Any values hold JSON despite their type URLs, * `github.com/moby/buildkit/errdefs.Source+json` and so on. Details that don't parse are left out: they only add
 * to the message.
 */
export function decodeStatus(bytes: Uint8Array): DecodedStatus {
  const status = fromBinary(StatusSchema, bytes);
  const sources: SolveErrorSource[] = [];
  let vertex: string | undefined;
  let exitCode: number | undefined;
  for (const { typeUrl, value } of status.details) {
    const detail = parseJsonObject(value);
    if (detail === undefined) continue;
    const type = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
    if (type === 'errdefs.Source+json') {
      const source = readSource(detail);
      if (source !== undefined) sources.push(source);
    } else if (type === 'errdefs.Vertex+json' && typeof detail['digest'] === 'string') {
      vertex ??= detail['digest'];
    } else if (type.endsWith('ExitMessage+json') && typeof detail['Code'] === 'number') {
      exitCode ??= detail['Code'];
    }
  }
  return {
    code: status.code,
    message: status.message,
    details: {
      sources,
      ...(vertex !== undefined && { vertex }),
      ...(exitCode !== undefined && { exitCode }),
    },
  };
}

type Json = Readonly<Record<string, unknown>>;

function parseJsonObject(value: Uint8Array): Json | undefined {
  try {
    return asObject(JSON.parse(Buffer.from(value).toString('utf8')));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function readSource(detail: Json): SolveErrorSource | undefined {
  const info = asObject(detail['info']);
  if (info === undefined || typeof info['filename'] !== 'string') return undefined;
  const ranges = Array.isArray(detail['ranges']) ? detail['ranges'] : [];
  return {
    file: info['filename'],
    content: Buffer.from(typeof info['data'] === 'string' ? info['data'] : '', 'base64'),
    ranges: ranges
      .map(asObject)
      .filter((range) => range !== undefined)
      .map(readRange),
  };
}

/** Go's JSON leaves zero values out. */
function readRange(range: Json): SourceRange {
  const position = (value: unknown) => {
    const object = asObject(value) ?? {};
    const number = (field: unknown) => (typeof field === 'number' ? field : 0);
    return { line: number(object['line']), character: number(object['character']) };
  };
  return { start: position(range['start']), end: position(range['end']) };
}
