import type { CacheRecord } from '../contract/cacheRecords';
import type { Result } from './result';

/** One condition on a record. `present` is a flag such as `shared`. */
interface Condition {
  field: string;
  operator: 'present' | '==' | '!=' | '~=';
  value: string;
}

/** Filters, read. A record has to fulfil all conditions, and to be of one of the types if there are any. */
export interface CacheFilter {
  types: string[];
  conditions: Condition[];
  /** From `until`; records used within this time don't match. */
  keepDurationSeconds?: number;
}

const valueFields = ['id', 'parents', 'description', 'type'];
const flagFields = ['inuse', 'mutable', 'immutable', 'shared', 'private'];

/**
 * Reads filters as `docker buildx du` and `prune` take them: `key=value`, `key!=value`, `key~=expression`, a flag, and
 * `until=24h`. Two things go beyond: `type` may be given several times, and `==` may be written for `=`. As in buildx,
 * `id=x` finds ids that contain x. The error says what is wrong, for people.
 */
export function parseCacheFilters(filters: readonly string[]): Result<CacheFilter, string> {
  const filter: CacheFilter = { types: [], conditions: [] };
  for (const text of filters) {
    const match = /^\s*([a-z-]+)\s*(?:([!~]?=)=?\s*(.*?))?\s*$/is.exec(text);
    if (match === null) return { ok: false, error: `"${text}" is not key=value.` };
    const field = match[1]!.toLowerCase();
    const operator = match[2] as '=' | '!=' | '~=' | undefined;
    const value = match[3] ?? '';
    if (field === 'until' || field === 'unused-for') {
      const seconds = operator === '=' ? parseGoDuration(value) : undefined;
      if (seconds === undefined)
        return { ok: false, error: `"${text}" needs a duration, such as ${field}=24h.` };
      if (filter.keepDurationSeconds !== undefined) return { ok: false, error: '"until" may be given once.' };
      filter.keepDurationSeconds = seconds;
    } else if (flagFields.includes(field)) {
      if (operator !== undefined && !(operator === '=' && value === 'true')) {
        return { ok: false, error: `"${field}" takes no value.` };
      }
      filter.conditions.push({ field, operator: 'present', value: '' });
    } else if (!valueFields.includes(field)) {
      return { ok: false, error: `There is no filter "${field}".` };
    } else if (operator === undefined || value === '') {
      return { ok: false, error: `"${field}" needs a value, such as ${field}=x.` };
    } else if (operator === '~=' && !isExpression(value)) {
      return { ok: false, error: `"${value}" is not a regular expression.` };
    } else if (field === 'type' && operator === '=') {
      filter.types.push(value);
    } else {
      const contains = field === 'id' && operator === '=';
      filter.conditions.push({
        field,
        operator: contains ? '~=' : operator === '=' ? '==' : operator,
        value: contains ? value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : value,
      });
    }
  }
  return { ok: true, value: filter };
}

/**
 * The filter as BuildKit takes it: strings of which one has to match, each with conditions that must all match
 * (containerd's filter syntax). `until` is no part of it: BuildKit takes it as a duration of its own.
 */
export function buildkitFilters({ types, conditions }: CacheFilter): string[] {
  const common = conditions.map(({ field, operator, value }) =>
    operator === 'present' ? field : `${field}${operator}${JSON.stringify(value)}`,
  );
  if (types.length === 0) return common.length === 0 ? [] : [common.join(',')];
  return types.map((type) => [`type==${JSON.stringify(type)}`, ...common].join(','));
}

/** What of a record filters can see. Prune sees less than a listing: neither parents nor whether it is in use. */
export type FilterScope = 'listing' | 'prune';

/** Makes the test whether a record matches. Regular expressions are JavaScript's here and RE2's in the daemon. */
export function cacheFilterTest(
  filter: CacheFilter,
  scope: FilterScope,
  nowMs: number,
): (record: CacheRecord) => boolean {
  const tests = filter.conditions.map(({ field, operator, value }) => {
    const expression = operator === '~=' ? new RegExp(value) : undefined;
    return (record: CacheRecord): boolean => {
      const found = fieldOf(record, field, scope);
      if (operator === 'present') return found !== undefined;
      if (operator === '==') return found === value;
      if (operator === '!=') return (found ?? '') !== value;
      return expression!.test(found ?? '');
    };
  });
  const types = new Set(filter.types);
  const cutOffMs = filter.keepDurationSeconds ? nowMs - filter.keepDurationSeconds * 1000 : undefined;
  return (record) =>
    (types.size === 0 || types.has(record.type)) &&
    (cutOffMs === undefined || record.lastUsedMs === undefined || record.lastUsedMs <= cutOffMs) &&
    tests.every((test) => test(record));
}

/** Undefined where BuildKit says "not present" (adaptUsageInfo in its cache/manager.go). */
function fieldOf(record: CacheRecord, field: string, scope: FilterScope): string | undefined {
  const flag = (on: boolean): string | undefined => (on ? '' : undefined);
  switch (field) {
    case 'id':
      return record.id || undefined;
    case 'type':
      return record.type || undefined;
    case 'description':
      return record.description || undefined;
    case 'parents':
      return scope === 'listing' && record.parents.length > 0 ? record.parents.join(';') : undefined;
    case 'inuse':
      return flag(scope === 'listing' && record.inUse);
    case 'mutable':
      return flag(record.mutable);
    case 'immutable':
      return flag(!record.mutable);
    case 'shared':
      return flag(record.shared);
    case 'private':
      return flag(!record.shared);
    default:
      return undefined;
  }
}

const goUnits: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Seconds of a duration as Go writes it ("1h30m", "1.5h"), from milliseconds up. */
function parseGoDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    seconds += Number(amount) * (goUnits[unit!] ?? 0);
  }
  return seconds;
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
