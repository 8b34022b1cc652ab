import { Buffer } from 'node:buffer';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusResponseSchema, type StatusResponse } from './gen/moby/buildkit/v1/control_pb';
import type { StatusEvent } from './status';
import { StatusDecoder } from './statusDecoder';

type Init = MessageInitShape<typeof StatusResponseSchema>;

function encode(init: Init): Uint8Array {
  return toBinary(StatusResponseSchema, create(StatusResponseSchema, init));
}

const ms = (timestamp: Timestamp | undefined) => (timestamp === undefined ? 0 : timestampMs(timestamp));
const optional = <K extends string, V>(key: K, value: V | undefined) =>
  value === undefined ? {} : { [key]: value };

/** The same event from a generated message. */
function expected(message: StatusResponse): StatusEvent {
  return {
    vertexes: message.vertexes.map((vertex) => ({
      digest: vertex.digest,
      inputs: vertex.inputs,
      name: vertex.name,
      cached: vertex.cached,
      ...optional('startedMs', vertex.started && ms(vertex.started)),
      ...optional('completedMs', vertex.completed && ms(vertex.completed)),
      ...optional('error', vertex.error || undefined),
      ...optional(
        'progressGroup',
        vertex.progressGroup && {
          id: vertex.progressGroup.id,
          name: vertex.progressGroup.name,
          weak: vertex.progressGroup.weak,
        },
      ),
    })),
    statuses: message.statuses.map((status) => ({
      id: status.ID,
      vertex: status.vertex,
      name: status.name,
      current: Number(status.current),
      total: Number(status.total),
      timestampMs: ms(status.timestamp),
      ...optional('startedMs', status.started && ms(status.started)),
      ...optional('completedMs', status.completed && ms(status.completed)),
    })),
    logs: message.logs.map((log) => ({
      vertex: log.vertex,
      stream: Number(log.stream),
      timestampMs: ms(log.timestamp),
      data: Buffer.from(log.msg),
    })),
    warnings: message.warnings.map((warning) => ({
      vertex: warning.vertex,
      level: Number(warning.level),
      short: Buffer.from(warning.short).toString(),
      detail: warning.detail.map((line) => Buffer.from(line).toString()),
      url: warning.url,
      ...optional('sourceFile', warning.info?.filename),
      ...optional(
        'ranges',
        warning.ranges.length === 0
          ? undefined
          : warning.ranges.map(({ start, end }) => ({
              start: { line: start?.line ?? 0, character: start?.character ?? 0 },
              end: { line: end?.line ?? 0, character: end?.character ?? 0 },
            })),
      ),
    })),
  };
}

function normalised(event: StatusEvent): StatusEvent {
  return { ...event, logs: event.logs.map((log) => ({ ...log, data: Buffer.from(log.data) })) };
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const digest = fc.constantFrom('sha256:aaaa', 'sha256:bbbb', '');
const time = fc.option(
  fc.integer({ min: -1e12, max: 4e12 }).map((value) => timestampFromMs(value)),
  { nil: undefined },
);
const int64 = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n });
const position = fc.record({ line: fc.integer(), character: fc.integer() });
const range = fc.record({ start: position, end: position });

const response: fc.Arbitrary<Init> = fc.record({
  vertexes: fc.array(
    fc.record({
      digest,
      inputs: fc.array(digest, { maxLength: 3 }),
      name: text,
      cached: fc.boolean(),
      started: time,
      completed: time,
      error: text,
      progressGroup: fc.option(fc.record({ id: text, name: text, weak: fc.boolean() }), { nil: undefined }),
    }),
    { maxLength: 4 },
  ),
  statuses: fc.array(
    fc.record({
      ID: text,
      vertex: digest,
      name: text,
      current: int64,
      total: int64,
      timestamp: time,
      started: time,
      completed: time,
    }),
    { maxLength: 4 },
  ),
  logs: fc.array(
    fc.record({ vertex: digest, timestamp: time, stream: fc.constantFrom(1n, 2n), msg: fc.uint8Array() }),
    { maxLength: 6 },
  ),
  warnings: fc.array(
    fc.record({
      vertex: digest,
      level: fc.constantFrom(0n, 1n, 300n),
      short: text.map((value) => Buffer.from(value)),
      detail: fc.array(
        text.map((value) => Buffer.from(value)),
        { maxLength: 3 },
      ),
      url: text,
      info: fc.option(fc.record({ filename: text, data: fc.uint8Array(), language: text }), {
        nil: undefined,
      }),
      ranges: fc.array(range, { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
});

describe('StatusDecoder', () => {
  it('reads what the generated code writes, one decoder for a whole stream', () => {
    const decoder = new StatusDecoder();
    fc.assert(
      fc.property(response, (init) => {
        const message = create(StatusResponseSchema, init);
        expect(normalised(decoder.decode(encode(init)))).toEqual(expected(message));
      }),
      { numRuns: 500 },
    );
  });

  it('passes over fields it does not know', () => {
    const known = encode({ logs: [{ vertex: 'sha256:aaaa', msg: Buffer.from('hi') }] });
    const unknown = Uint8Array.of(
      0x78,
      0x96,
      0x01,
      0x7a,
      2,
      1,
      2,
      0x7d,
      1,
      2,
      3,
      4,
      0x79,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
    );
    const event = new StatusDecoder().decode(Buffer.concat([unknown, known, unknown]));
    expect(event.logs).toHaveLength(1);
  });

  it('ends with a RangeError for cut or random bytes, never with a hang or a wrong read', () => {
    const whole = encode({ vertexes: [{ digest: 'sha256:aaaa', name: 'x', started: timestampFromMs(5) }] });
    for (let length = 1; length < whole.byteLength; length++) {
      expect(() => new StatusDecoder().decode(whole.subarray(0, length))).toThrow(RangeError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          new StatusDecoder().decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('keeps sub-millisecond times', () => {
    const message = encode({ logs: [{ timestamp: { seconds: 1n, nanos: 2_500_000 } }] });
    expect(new StatusDecoder().decode(message).logs[0]?.timestampMs).toBe(1002.5);
  });
});
