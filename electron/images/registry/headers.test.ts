import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInternalAddress } from './internalAddress';
import { nextLink } from './linkHeader';
import { parseRateLimit, parseRetryAfter } from './rateLimit';

describe('nextLink', () => {
  it.each([
    ['</v2/a/tags/list?last=b&n=2>; rel="next"', '/v2/a/tags/list?last=b&n=2'],
    ['<https://r.example/x>; rel=next', 'https://r.example/x'],
    ['</first>; rel="first", </second>; title="a, b; rel=next"; rel="last next"', '/second'],
    ['</x>;REL=Next;foo', '/x'],
    ['</x>; rel="prev"', undefined],
    ['</x>', undefined],
    ['/x; rel=next', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (header, target) => {
    expect(nextLink(header)).toBe(target);
  });

  it('finds the next one among others', () => {
    const target = fc.stringMatching(/^[a-z/?=&,; "]{1,20}$/);
    const title = fc.string({ unit: fc.constantFrom(...'abc,;=<> ') });
    const other = fc.tuple(target, title).map(([to, text]) => `<${to}>; title="${text}"; rel="prev"`);
    fc.assert(
      fc.property(fc.array(other), target, title, fc.array(other), (before, to, text, after) => {
        const header = [...before, `<${to}>; title="${text}" ; rel="next"`, ...after].join(', ');
        expect(nextLink(header)).toBe(to);
      }),
    );
  });

  it('ends soon, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>;,="\\ relnxt'), maxLength: 300 }), (text) => {
        const target = nextLink(text);
        expect(target === undefined || text.includes(`<${target}>`)).toBe(true);
      }),
    );
    const startMs = Date.now();
    expect(nextLink(`<x>${'; a'.repeat(5000)}!`)).toBeUndefined();
    expect(nextLink(`<x>${' ;a=" '.repeat(2500)}`)).toBeUndefined();
    expect(Date.now() - startMs).toBeLessThan(1000);
  });
});

describe('parseRateLimit', () => {
  it.each([
    ['100;w=21600', '76;w=21600', { limit: 100, remaining: 76, windowSeconds: 21600 }],
    ['100', '0', { limit: 100, remaining: 0 }],
    [' 5 ; comment="x" ; w=60 ', '1', { limit: 5, remaining: 1, windowSeconds: 60 }],
    ['100;w=21600', undefined, undefined],
    ['many', '1', undefined],
    ['-1', '1', undefined],
  ])('%s and %s', (limit, remaining, expected) => {
    expect(parseRateLimit(limit, remaining)).toEqual(expected);
  });

  it('reads numbers only, whatever it is given', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.option(fc.nat()), (limit, remaining, seconds) => {
        const suffix = seconds === null ? '' : `;w=${seconds}`;
        expect(parseRateLimit(`${limit}${suffix}`, `${remaining}${suffix}`)).toEqual({
          limit,
          remaining,
          ...(seconds === null ? {} : { windowSeconds: seconds }),
        });
      }),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (limit, remaining) => {
        for (const value of Object.values(parseRateLimit(limit, remaining) ?? {})) {
          expect(Number.isSafeInteger(value)).toBe(true);
        }
      }),
    );
  });
});

describe('parseRetryAfter', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['2027', 2_027_000],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (header, ms) => {
    expect(parseRetryAfter(header, nowMs)).toBe(ms);
  });

  it('is never before now', () => {
    fc.assert(fc.property(fc.string(), (text) => (parseRetryAfter(text, nowMs) ?? 0) >= 0));
  });
});

describe('isInternalAddress', () => {
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.255.255', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['::1', '::', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1'],
  ])('%s is', (address) => {
    expect(isInternalAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1', '::ffff:8.8.8.8', 'localhost', ''])(
    '%s is not',
    (address) => {
      expect(isInternalAddress(address)).toBe(false);
    },
  );
});
