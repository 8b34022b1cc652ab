import { describe, expect, it } from 'vitest';
import type { CacheRecord } from '../contract/cacheRecords';
import { buildkitFilters, cacheFilterTest, parseCacheFilters } from './cacheFilter';

const record: CacheRecord = {
  node: 'node0',
  id: 'x9c41mqv',
  type: 'exec.cachemount',
  description: 'mount / from exec /bin/sh -c go build',
  size: 10,
  lastUsedMs: 1_000_000,
  usageCount: 2,
  inUse: true,
  mutable: true,
  shared: false,
  parents: ['p1', 'p2'],
};

function read(...filters: string[]) {
  const parsed = parseCacheFilters(filters);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
const inListing = (...filters: string[]) => cacheFilterTest(read(...filters), 'listing', 2_000_000)(record);
const inPrune = (...filters: string[]) => cacheFilterTest(read(...filters), 'prune', 2_000_000)(record);

describe('filters as BuildKit gets them', () => {
  it.each([
    [['type=regular'], ['type=="regular"']],
    [['type==regular'], ['type=="regular"']],
    [['type!=regular'], ['type!="regular"']],
    [['description~=/root/.cache, a'], ['description~="/root/.cache, a"']],
    [['description=say "hi" \\'], ['description=="say \\"hi\\" \\\\"']],
    [['id=abc.d'], ['id~="abc\\\\.d"']],
    [['parents~=p1'], ['parents~="p1"']],
    [['inuse'], ['inuse']],
    [['private=true'], ['private']],
    [['until=24h'], []],
    [[], []],
    [['shared', 'mutable'], ['shared,mutable']],
    [
      ['type=regular', 'private', 'type=source.local'],
      ['type=="regular",private', 'type=="source.local",private'],
    ],
  ])('%j', (filters, wanted) => expect(buildkitFilters(read(...filters))).toEqual(wanted));

  it.each([
    ['until=24h', 86_400],
    ['until=1h30m', 5400],
    ['unused-for=1.5s', 1.5],
    ['until=200ms', 0.2],
  ])('%s is a duration', (filter, seconds) => expect(read(filter).keepDurationSeconds).toBe(seconds));
});

describe('what is no filter', () => {
  it.each([
    ['until=7d', 'duration'],
    ['until', 'duration'],
    ['size=3', 'no filter "size"'],
    ['type', 'needs a value'],
    ['type=', 'needs a value'],
    ['shared=false', 'takes no value'],
    ['description~=(', 'not a regular expression'],
    ['=x', 'not key=value'],
    ['', 'not key=value'],
  ])('%s', (filter, reason) => {
    const parsed = parseCacheFilters([filter]);
    expect(parsed.ok ? '' : parsed.error).toContain(reason);
  });

  it('until, twice', () => expect(parseCacheFilters(['until=1h', 'unused-for=2h']).ok).toBe(false));
});

describe('a record', () => {
  it.each([
    ['id=9c41', true],
    ['id=zz', false],
    ['type=exec.cachemount', true],
    ['type!=exec.cachemount', false],
    ['description~=go +build$', true],
    ['description=go build', false],
    ['mutable', true],
    ['immutable', false],
    ['private', true],
    ['shared', false],
    ['until=999s', true],
    ['until=1000s', true],
    ['until=1001s', false],
  ])('matches %s: %s', (filter, matches) => {
    expect(inListing(filter)).toBe(matches);
    expect(inPrune(filter)).toBe(matches);
  });

  it('is one of several types and fulfils every other condition', () => {
    expect(inListing('type=regular', 'type=exec.cachemount')).toBe(true);
    expect(inListing('type=regular', 'type=source.local')).toBe(false);
    expect(inListing('type=exec.cachemount', 'shared')).toBe(false);
  });

  it('shows its parents and its use to a listing only, as BuildKit has it', () => {
    expect([inListing('parents~=p2'), inPrune('parents~=p2')]).toEqual([true, false]);
    expect([inListing('parents=p1;p2'), inPrune('parents=p1;p2')]).toEqual([true, false]);
    expect([inListing('inuse'), inPrune('inuse')]).toEqual([true, false]);
  });

  it('that was never used is older than anything', () => {
    const { lastUsedMs: _never, ...unused } = record;
    expect(cacheFilterTest(read('until=9999h'), 'prune', 2_000_000)(unused)).toBe(true);
  });
});
