import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputFrames } from './outputFrames';

function frame(kind: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

it('gives each output its bytes, wherever the connection cuts them', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })));
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 })), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(([kind, content]) => frame(kind, content)));
      const got: Record<number, Buffer[]> = { 1: [], 2: [] };
      const reader = new OutputFrames((kind, part) => got[kind]!.push(part));
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        reader.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      for (const kind of [1, 2]) {
        const expected = Buffer.concat(sent.filter(([to]) => to === kind).map(([, content]) => content));
        expect(Buffer.concat(got[kind]!)).toEqual(expected);
      }
    }),
  );
});
