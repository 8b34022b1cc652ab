import type { CacheRecord, PruneRequest } from '../../../../shared/contract';
import { parseBytes } from '../../../../shared/model/bytes';
import { parseCacheFilters } from '../../../../shared/model/cacheFilter';
import { previewPrune, type PrunePreview } from '../../../../shared/model/prunePreview';

export type LimitField = 'reservedBytes' | 'maxUsedBytes' | 'minFreeBytes';
export const limitFields: readonly LimitField[] = ['reservedBytes', 'maxUsedBytes', 'minFreeBytes'];

/** What is typed and ticked in the prune panel. */
export interface PruneForm {
  /** 0 is any time. */
  unusedForSeconds: number;
  limits: Record<LimitField, string>;
  /** Types that stay. */
  keptTypes: ReadonlySet<string>;
  /** Further filters as buildx takes them, apart by spaces. */
  filter: string;
  all: boolean;
}

export const emptyPruneForm: PruneForm = {
  unusedForSeconds: 0,
  limits: { reservedBytes: '', maxUsedBytes: '', minFreeBytes: '' },
  keptTypes: new Set(),
  filter: '',
  all: false,
};

/** Types that go with `all` only. */
export const protectedTypes: readonly string[] = ['internal', 'frontend'];

export interface ReadForm {
  request: PruneRequest;
  preview: PrunePreview;
  /** Text of what is wrong with a field. */
  problems: { filter?: string; limits: readonly LimitField[] };
}

const nothing: PrunePreview = { keys: new Set(), bytes: 0, atMost: false };

/** The request that the form makes, and what it would take away of the records; nothing while a field is wrong. */
export function readPruneForm(
  form: PruneForm,
  builder: string,
  records: readonly CacheRecord[],
  nowMs: number,
): ReadForm {
  const limits: Partial<Record<LimitField, number>> = {};
  const wrong: LimitField[] = [];
  for (const field of limitFields) {
    const text = form.limits[field].trim();
    const bytes = text === '' ? 0 : parseBytes(text);
    if (bytes === undefined) wrong.push(field);
    else if (bytes > 0) limits[field] = bytes;
  }
  const types = prunableTypes(records, form.all).filter((type) => !form.keptTypes.has(type));
  const filters = [
    // Without a choice of types there is no need to name them.
    ...(form.keptTypes.size === 0 ? [] : types.map((type) => `type=${type}`)),
    ...form.filter.split(/\s+/).filter((word) => word !== ''),
  ];
  const parsed = parseCacheFilters(filters);
  const twice = parsed.ok && parsed.value.keepDurationSeconds !== undefined && form.unusedForSeconds > 0;
  const problem = !parsed.ok
    ? parsed.error
    : twice
      ? '"until" and the time since the last use exclude each other.'
      : undefined;
  const request: PruneRequest = {
    name: builder,
    filters,
    all: form.all,
    ...(form.unusedForSeconds > 0 ? { keepDurationSeconds: form.unusedForSeconds } : {}),
    ...limits,
  };
  const usable = parsed.ok && problem === undefined && wrong.length === 0 && types.length > 0;
  const preview = !usable
    ? nothing
    : previewPrune(
        records,
        {
          ...parsed.value,
          ...(form.unusedForSeconds > 0 ? { keepDurationSeconds: form.unusedForSeconds } : {}),
        },
        { all: form.all, limits, nowMs },
      );
  return {
    request,
    preview,
    problems: { ...(problem === undefined ? {} : { filter: problem }), limits: wrong },
  };
}

/** The types among the records that a prune may take, in the order of the alphabet. */
export function prunableTypes(records: readonly CacheRecord[], all: boolean): string[] {
  const types = new Set(records.map(({ type }) => type));
  return [...types].filter((type) => all || !protectedTypes.includes(type)).sort();
}
