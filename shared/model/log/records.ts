/**
 * The build log as bytes: a run of records, each self-contained in order, written to disk by the core and read by the
 * page. Little endian.
 *
 *   u8 type, u32 payload length, payload
 *   type 1 (step):   u32 step number, u8 digest length, digest, name          (UTF-8)
 *   type 2 (output): u32 step number, u8 stream (1 stdout, 2 stderr), f64 time (ms since the epoch), raw bytes
 *
 * A step record comes before the first output of its step; numbers count up from 0.
 */
export type LogRecord =
  | { type: 'step'; step: number; id: string; name: string }
  | { type: 'output'; step: number; stream: number; timeMs: number; data: Uint8Array };

const headerBytes = 5;
const outputHeadBytes = 13;
/** Longer records are not written by us; one in a file means that it is damaged. */
const maxPayloadBytes = 64 * 1024 * 1024;

declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/** A step's announcement. `id` is the vertex digest, at most 255 bytes. */
export function encodeStepRecord(step: number, id: string, name: string): Uint8Array {
  const encoder = new TextEncoder();
  const idBytes = encoder.encode(id).subarray(0, 255);
  const nameBytes = encoder.encode(name);
  const record = new Uint8Array(headerBytes + 5 + idBytes.length + nameBytes.length);
  const view = new DataView(record.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, record.length - headerBytes, true);
  view.setUint32(5, step, true);
  view.setUint8(9, idBytes.length);
  record.set(idBytes, 10);
  record.set(nameBytes, 10 + idBytes.length);
  return record;
}

/** Bytes that a step printed at `timeMs`. */
export function encodeOutputRecord(
  step: number,
  stream: number,
  timeMs: number,
  data: Uint8Array,
): Uint8Array {
  const record = new Uint8Array(headerBytes + outputHeadBytes + data.length);
  const view = new DataView(record.buffer);
  view.setUint8(0, 2);
  view.setUint32(1, record.length - headerBytes, true);
  view.setUint32(5, step, true);
  view.setUint8(9, stream);
  view.setFloat64(10, timeMs, true);
  record.set(data, headerBytes + outputHeadBytes);
  return record;
}

/** Takes chunks cut anywhere and hands out whole records. */
export class LogRecordReader {
  /** Chunks of a record that is not complete yet. */
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  /** Bytes that must be there before it is worth looking again. */
  private neededBytes = headerBytes;

  /**
   * @returns the records completed by `chunk`; their `data` may be a view on it
   * @throws RangeError when the bytes are no log
   */
  read(chunk: Uint8Array): LogRecord[] {
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes < this.neededBytes) return [];

    const bytes = this.held.length === 1 ? chunk : concat(this.held, this.heldBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const records: LogRecord[] = [];
    this.neededBytes = headerBytes;
    let at = 0;
    while (bytes.length - at >= headerBytes) {
      const length = view.getUint32(at + 1, true);
      if (length > maxPayloadBytes) throw new RangeError(`log record of ${length} bytes`);
      if (bytes.length - at - headerBytes < length) {
        this.neededBytes = headerBytes + length;
        break;
      }
      const record = decode(view.getUint8(at), bytes.subarray(at + headerBytes, at + headerBytes + length));
      if (record !== undefined) records.push(record);
      at += headerBytes + length;
    }
    this.held = at === bytes.length ? [] : [bytes.slice(at)];
    this.heldBytes = bytes.length - at;
    return records;
  }
}

/** Unknown types are skipped, so that an older Manifold can read a newer one's log. */
function decode(type: number, payload: Uint8Array): LogRecord | undefined {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (type === 1) {
    const idLength = view.getUint8(4);
    if (payload.length < 5 + idLength) throw new RangeError('log record shorter than its digest');
    const decoder = new TextDecoder();
    return {
      type: 'step',
      step: view.getUint32(0, true),
      id: decoder.decode(payload.subarray(5, 5 + idLength)),
      name: decoder.decode(payload.subarray(5 + idLength)),
    };
  }
  if (type === 2) {
    return {
      type: 'output',
      step: view.getUint32(0, true),
      stream: view.getUint8(4),
      timeMs: view.getFloat64(5, true),
      data: payload.subarray(outputHeadBytes),
    };
  }
  return undefined;
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
