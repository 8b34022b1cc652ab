import type { Buffer } from 'node:buffer';
import { ProtoReader } from './protoReader';
import type {
  SourcePosition,
  SourceRange,
  StatusEvent,
  StatusVertex,
  VertexLog,
  VertexStatus,
  VertexWarning,
} from './status';

/*
 * Reads moby.buildkit.v1.StatusResponse by hand: a build may print millions of log lines. The cases are the tags of
 * proto/moby/buildkit/v1/control.proto (field number times eight plus wire type); the tests hold this decoder against
 * the generated one.
 */

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Decodes the messages of one status stream. Keeps the last digest, because most messages repeat it. */
export class StatusDecoder {
  #digestBytes: Buffer | undefined;
  #digest = '';

  /** Log data are views of `message`. Throws a RangeError for bytes that are no StatusResponse. */
  decode(message: Uint8Array): StatusEvent {
    const reader = new ProtoReader(message);
    const vertexes: StatusVertex[] = [];
    const statuses: VertexStatus[] = [];
    const logs: VertexLog[] = [];
    const warnings: VertexWarning[] = [];
    while (!reader.done) {
      const tag = reader.tag();
      switch (tag) {
        case 0x0a:
          vertexes.push(this.#vertex(reader));
          break;
        case 0x12:
          statuses.push(this.#status(reader));
          break;
        case 0x1a:
          logs.push(this.#log(reader));
          break;
        case 0x22:
          warnings.push(this.#warning(reader));
          break;
        default:
          reader.skip(tag);
      }
    }
    return { vertexes, statuses, logs, warnings };
  }

  #log(reader: ProtoReader): VertexLog {
    let vertex = '';
    let timestampMs = 0;
    let stream = 0;
    let data: Uint8Array = NO_BYTES;
    const end = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      switch (tag) {
        case 0x0a:
          vertex = this.#internedDigest(reader);
          break;
        case 0x12:
          timestampMs = readTimestamp(reader);
          break;
        case 0x18:
          stream = reader.varint();
          break;
        case 0x22:
          data = reader.bytes();
          break;
        default:
          reader.skip(tag);
      }
    }
    reader.leave(end);
    return { vertex, stream, timestampMs, data };
  }

  #vertex(reader: ProtoReader): StatusVertex {
    const inputs: string[] = [];
    const vertex: Mutable<StatusVertex> = { digest: '', inputs, name: '', cached: false };
    const end = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      switch (tag) {
        case 0x0a:
          vertex.digest = reader.string();
          break;
        case 0x12:
          inputs.push(reader.string());
          break;
        case 0x1a:
          vertex.name = reader.string();
          break;
        case 0x20:
          vertex.cached = reader.varint() !== 0;
          break;
        case 0x2a:
          vertex.startedMs = readTimestamp(reader);
          break;
        case 0x32:
          vertex.completedMs = readTimestamp(reader);
          break;
        case 0x3a:
          vertex.error = reader.string();
          break;
        case 0x42:
          vertex.progressGroup = readProgressGroup(reader);
          break;
        default:
          reader.skip(tag);
      }
    }
    reader.leave(end);
    return vertex;
  }

  #status(reader: ProtoReader): VertexStatus {
    const status: Mutable<VertexStatus> = {
      id: '',
      vertex: '',
      name: '',
      current: 0,
      total: 0,
      timestampMs: 0,
    };
    const end = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      switch (tag) {
        case 0x0a:
          status.id = reader.string();
          break;
        case 0x12:
          status.vertex = this.#internedDigest(reader);
          break;
        case 0x1a:
          status.name = reader.string();
          break;
        case 0x20:
          status.current = reader.varint();
          break;
        case 0x28:
          status.total = reader.varint();
          break;
        case 0x32:
          status.timestampMs = readTimestamp(reader);
          break;
        case 0x3a:
          status.startedMs = readTimestamp(reader);
          break;
        case 0x42:
          status.completedMs = readTimestamp(reader);
          break;
        default:
          reader.skip(tag);
      }
    }
    reader.leave(end);
    return status;
  }

  #warning(reader: ProtoReader): VertexWarning {
    const detail: string[] = [];
    const ranges: SourceRange[] = [];
    const warning: Mutable<VertexWarning> = { vertex: '', level: 0, short: '', detail, url: '' };
    const end = reader.enter();
    while (!reader.done) {
      const tag = reader.tag();
      switch (tag) {
        case 0x0a:
          warning.vertex = this.#internedDigest(reader);
          break;
        case 0x10:
          warning.level = reader.varint();
          break;
        case 0x1a:
          warning.short = reader.string();
          break;
        case 0x22:
          detail.push(reader.string());
          break;
        case 0x2a:
          warning.url = reader.string();
          break;
        case 0x32:
          warning.sourceFile = readSourceFile(reader);
          break;
        case 0x3a:
          ranges.push(readRange(reader));
          break;
        default:
          reader.skip(tag);
      }
    }
    reader.leave(end);
    if (ranges.length > 0) warning.ranges = ranges;
    return warning;
  }

  #internedDigest(reader: ProtoReader): string {
    const bytes = reader.bytes();
    if (this.#digestBytes === undefined || !bytes.equals(this.#digestBytes)) {
      this.#digestBytes = bytes;
      this.#digest = bytes.toString('utf8');
    }
    return this.#digest;
  }
}

const NO_BYTES = new Uint8Array(0);

/** google.protobuf.Timestamp as milliseconds since the epoch. */
function readTimestamp(reader: ProtoReader): number {
  let seconds = 0;
  let nanos = 0;
  const end = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) seconds = reader.int64();
    else if (tag === 0x10) nanos = reader.varint();
    else reader.skip(tag);
  }
  reader.leave(end);
  return seconds * 1000 + nanos / 1e6;
}

function readProgressGroup(reader: ProtoReader): { id: string; name: string; weak: boolean } {
  const group = { id: '', name: '', weak: false };
  const end = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) group.id = reader.string();
    else if (tag === 0x12) group.name = reader.string();
    else if (tag === 0x18) group.weak = reader.varint() !== 0;
    else reader.skip(tag);
  }
  reader.leave(end);
  return group;
}

/** pb.SourceInfo: only its file name, the content is on screen already. */
function readSourceFile(reader: ProtoReader): string {
  let filename = '';
  const end = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) filename = reader.string();
    else reader.skip(tag);
  }
  reader.leave(end);
  return filename;
}

function readRange(reader: ProtoReader): SourceRange {
  let start: SourcePosition = { line: 0, character: 0 };
  let stop: SourcePosition = start;
  const end = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) start = readPosition(reader);
    else if (tag === 0x12) stop = readPosition(reader);
    else reader.skip(tag);
  }
  reader.leave(end);
  return { start, end: stop };
}

function readPosition(reader: ProtoReader): SourcePosition {
  let line = 0;
  let character = 0;
  const end = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) line = reader.int64();
    else if (tag === 0x10) character = reader.int64();
    else reader.skip(tag);
  }
  reader.leave(end);
  return { line, character };
}
