import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { encodeOutputRecord, encodeStepRecord, LogRecordReader } from './records';
import type { LogRecord } from './records';

const step = fc.record({
  type: fc.constant('step' as const),
  step: fc.nat(),
  id: fc.string({ maxLength: 80 }),
  name: fc.string({ unit: 'grapheme' }),
});
const output = fc.record({
  type: fc.constant('output' as const),
  step: fc.nat(),
  stream: fc.constantFrom(1, 2),
  timeMs: fc.double({ noNaN: true }),
  data: fc.uint8Array({ maxLength: 200 }),
});
const records = fc.array(fc.oneof(step, output), { maxLength: 20 });

function encode(record: LogRecord): Uint8Array {
  return record.type === 'step'
    ? encodeStepRecord(record.step, record.id, record.name)
    : encodeOutputRecord(record.step, record.stream, record.timeMs, record.data);
}
function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
/** Plain copies, since read data are views. */
function copies(all: readonly LogRecord[]): LogRecord[] {
  return all.map((record) =>
    record.type === 'output' ? { ...record, data: Uint8Array.from(record.data) } : record,
  );
}

describe('LogRecordReader', () => {
  it('reads back what was written, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(records, fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }), (all, cuts) => {
        const bytes = join(all.map(encode));
        const reader = new LogRecordReader();
        const read: LogRecord[] = [];
        let at = 0;
        for (let i = 0; at < bytes.length; i++) {
          const length = i < 1000 ? (cuts[i % cuts.length] ?? 1) : 1;
          read.push(...copies(reader.read(bytes.slice(at, at + length))));
          at += length;
        }
        expect(read).toEqual(all);
      }),
    );
  });

  it('skips records of a type it does not know', () => {
    const unknown = Uint8Array.of(9, 3, 0, 0, 0, 1, 2, 3);
    const known = encodeStepRecord(1, 'sha256:a', 'RUN x');
    expect(new LogRecordReader().read(join([unknown, known, unknown]))).toEqual([
      { type: 'step', step: 1, id: 'sha256:a', name: 'RUN x' },
    ]);
  });

  it.each([
    ['a length that no record has', Uint8Array.of(1, 255, 255, 255, 255)],
    ['a step record that ends in its digest', Uint8Array.of(1, 6, 0, 0, 0, 0, 0, 0, 0, 9, 65)],
    ['a step record without a number', Uint8Array.of(1, 1, 0, 0, 0, 0)],
    ['an output record without a time', Uint8Array.of(2, 5, 0, 0, 0, 0, 0, 0, 0, 1)],
  ])('refuses %s', (_, bytes) => {
    expect(() => new LogRecordReader().read(bytes)).toThrow(RangeError);
  });

  it('never fails otherwise on any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const reader = new LogRecordReader();
        try {
          for (const chunk of chunks) reader.read(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('takes a big record in small chunks without copying it each time', () => {
    const data = new Uint8Array(8 * 1024 * 1024).fill(65);
    const bytes = encodeOutputRecord(0, 1, 5, data);
    const reader = new LogRecordReader();
    const begun = performance.now();
    let read: LogRecord[] = [];
    for (let at = 0; at < bytes.length; at += 512) read = reader.read(bytes.subarray(at, at + 512));
    expect(read).toHaveLength(1);
    expect(read[0]).toMatchObject({ type: 'output', timeMs: 5 });
    expect(performance.now() - begun).toBeLessThan(2000); // 20 ms; a minute when copying
  });

  it('shortens a digest that does not fit', () => {
    const [record] = new LogRecordReader().read(encodeStepRecord(0, 'x'.repeat(300), 'n'));
    expect(record).toMatchObject({ id: 'x'.repeat(255), name: 'n' });
  });
});
