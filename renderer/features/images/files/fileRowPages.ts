import { StudioError } from '../../../../shared/contract';
import type { FileFilter, FileRow, StudioErrorData } from '../../../../shared/contract';
import { errorData, studio } from '../../../app/studio';

/** Which rows of a tree are wanted. */
export interface RowsQuery {
  filter: FileFilter;
  /** Ids of directories that are folded or unfolded against their default. */
  toggled: readonly string[];
}

/** What is on screen. */
export interface ShownRows {
  /** Undefined until the first rows are there. */
  total: number | undefined;
  matching: number;
  /** Newer rows were asked for and are not there yet. */
  isBehind: boolean;
  error?: StudioErrorData;
}

interface Listing {
  query: RowsQuery;
  total: number | undefined;
  matching: number;
  pages: Map<number, FileRow[]>;
  pending: Map<number, AbortController>;
  error?: StudioErrorData;
}

const pageSize = 200;
/** Rows that are asked for beyond those in sight, on both sides. */
const ahead = 100;
/** Pages that are kept: 12,000 rows. */
const mostPages = 60;

/**
 * The rows of a file tree, of which only those around what is in sight are fetched from the core. After a new query the
 * old rows stay until all that are in sight have come.
 */
export class FileRowPages {
  private shown: Listing;
  private coming: Listing | undefined;
  private first = 0;
  private last = 0;
  private state: ShownRows = { total: undefined, matching: 0, isBehind: true };
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly tree: string,
    query: RowsQuery,
  ) {
    this.shown = emptyListing(query);
  }

  /** Calls back whenever {@link snapshot} or rows have changed. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A new object with every change. */
  readonly snapshot = (): ShownRows => this.state;

  /** The row at a position, if it has been fetched. */
  rowAt(index: number): FileRow | undefined {
    return this.shown.pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Tells which rows are in sight; they and those around them are fetched. */
  show(first: number, last: number): void {
    this.first = first;
    this.last = last;
    this.fetchAround(this.coming ?? this.shown);
  }

  /** Asks for other rows. What was asked for before and hasn't come is given up. */
  ask(query: RowsQuery): void {
    const current = this.coming ?? this.shown;
    if (current.query === query) return;
    abortAll(this.coming);
    if (this.shown.total === undefined) {
      abortAll(this.shown);
      this.shown = emptyListing(query);
    } else {
      this.coming = emptyListing(query);
    }
    this.fetchAround(this.coming ?? this.shown);
    this.changed();
  }

  /** Fetches anew what could not be fetched. */
  retry(): void {
    const listing = this.coming ?? this.shown;
    delete listing.error;
    this.fetchAround(listing);
    this.changed();
  }

  /** Position of the directory that holds the row at a position; undefined at the top. Fetches what it needs. */
  async parentOf(index: number): Promise<number | undefined> {
    const depth = this.rowAt(index)?.depth ?? 0;
    const listing = this.shown;
    for (let page = Math.floor((index - 1) / pageSize); page >= 0 && depth > 0; page -= 1) {
      const start = page * pageSize;
      const rows = listing.pages.get(page) ?? (await this.fetch(listing, page));
      if (rows === undefined || listing !== this.shown) return undefined;
      const at = rows.slice(0, index - start).findLastIndex((row) => row.depth < depth);
      if (at >= 0) return start + at;
    }
    return undefined;
  }

  dispose(): void {
    abortAll(this.shown);
    abortAll(this.coming);
    this.listeners.clear();
  }

  private fetchAround(listing: Listing): void {
    if (listing.error !== undefined) return;
    const wanted = pagesOf(listing, this.first - ahead, this.last + ahead);
    for (const [page, controller] of listing.pending) {
      if (wanted.includes(page)) continue;
      controller.abort();
      listing.pending.delete(page);
    }
    for (const page of wanted) {
      if (!listing.pages.has(page) && !listing.pending.has(page)) void this.fetch(listing, page);
    }
  }

  /** Resolves with the page, which may not be kept when it is far from what is in sight; undefined if it can't be had. */
  private async fetch(listing: Listing, page: number): Promise<FileRow[] | undefined> {
    const controller = new AbortController();
    listing.pending.set(page, controller);
    let fetched: FileRow[] | undefined;
    try {
      const { total, matching, rows } = await studio().call(
        'images.fileRows',
        {
          tree: this.tree,
          filter: listing.query.filter,
          toggled: [...listing.query.toggled],
          offset: page * pageSize,
          count: pageSize,
        },
        { signal: controller.signal },
      );
      if (listing.pending.get(page) === controller) listing.pending.delete(page);
      listing.total = total;
      listing.matching = matching;
      listing.pages.set(page, rows);
      fetched = rows;
      this.forgetFarPages(listing);
      this.takeOver(listing);
    } catch (thrown) {
      if (listing.pending.get(page) === controller) listing.pending.delete(page);
      if (thrown instanceof StudioError && thrown.code === 'cancelled') return undefined;
      listing.error = errorData(thrown);
    }
    if (listing === this.shown || listing === this.coming) this.changed();
    return fetched;
  }

  /** Shows what has come once all that is in sight is there. */
  private takeOver(listing: Listing): void {
    if (listing !== this.coming) return;
    const inSight = pagesOf(listing, this.first, this.last);
    if (!inSight.every((page) => listing.pages.has(page))) {
      this.fetchAround(listing);
      return;
    }
    abortAll(this.shown);
    this.shown = listing;
    this.coming = undefined;
  }

  private forgetFarPages(listing: Listing): void {
    if (listing.pages.size <= mostPages) return;
    const middle = (this.first + this.last) / 2 / pageSize;
    const far = [...listing.pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, listing.pages.size - mostPages)) listing.pages.delete(page);
  }

  private changed(): void {
    const error = this.coming?.error ?? this.shown.error;
    this.state = {
      total: this.shown.total,
      matching: this.shown.matching,
      isBehind: this.coming !== undefined || this.shown.total === undefined,
      ...(error === undefined ? {} : { error }),
    };
    for (const listener of this.listeners) listener();
  }
}

function emptyListing(query: RowsQuery): Listing {
  return { query, total: undefined, matching: 0, pages: new Map(), pending: new Map() };
}

function abortAll(listing: Listing | undefined): void {
  for (const controller of listing?.pending.values() ?? []) controller.abort();
  listing?.pending.clear();
}

/** Numbers of the pages that hold the rows from `first` to `last`, as far as there are such rows. */
function pagesOf({ total }: Listing, first: number, last: number): number[] {
  const end = total === undefined ? last : Math.min(last, total - 1);
  // A list that has become shorter is seen from its end.
  const start = Math.max(0, Math.min(first, end));
  const from = Math.floor(start / pageSize);
  const to = Math.max(from, Math.floor(Math.max(0, end) / pageSize));
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
