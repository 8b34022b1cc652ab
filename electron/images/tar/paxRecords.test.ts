import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePax, paxSize } from './paxRecords';

/** A record whose length counts its own digits. */
function record(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length += 1;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

const size = (text: string): number | undefined => paxSize(parsePax(record('size', Buffer.from(text))));

describe('parsePax', () => {
  it('reads what the format can hold, the last of equal keys', () => {
    const key = fc.stringMatching(/^[\w.]{1,20}$/).filter((text) => !text.startsWith('GNU.'));
    const value = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value)), (records) => {
        const content = Buffer.concat(records.map(([name, bytes]) => record(name, bytes)));
        expect(parsePax(content)).toEqual(new Map(records));
      }),
    );
  });

  it('ends for any bytes, and takes none that are cut off', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parsePax(Buffer.from(bytes))));
    const whole = record('path', Buffer.from('a/b=c'));
    expect(parsePax(whole)!.get('path')!.toString()).toBe('a/b=c');
    for (let at = 1; at < whole.length; at++) expect(parsePax(whole.subarray(0, at))).toBeUndefined();
  });

  it.each(['0 a=b\n', '-6 a=b\n', '6 a=b\nx', '99 a=b\n', '5 ab\n', '0x6 a=b\n', 'a=b\n'])(
    'refuses %j',
    (text) => {
      expect(parsePax(Buffer.from(text))).toBeUndefined();
    },
  );
});

describe('paxSize', () => {
  it('takes digits only', () => {
    expect([size('0'), size('12'), size('8589934592')]).toEqual([0, 12, 8589934592]);
    for (const text of ['-1', '0x10', '1e3', ' 1', '1.5', '12345678901234567']) expect(size(text)).toBeNaN();
    expect([size(''), paxSize(new Map()), paxSize(undefined)]).toEqual([undefined, undefined, undefined]);
  });
});
