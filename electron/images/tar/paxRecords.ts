/** What pax headers say about the entry that follows, as bytes; an empty value takes an attribute back. */
export type PaxRecords = Map<string, Buffer>;

const newline = 0x0a;
const space = 0x20;
const equals = 0x3d;

/**
 * Reads records of the form `<length> <key>=<value>\n`, where the length counts all of it (POSIX pax interchange
 * format). The sparse maps of GNU tar's format 0.0 repeat their keys; they come joined by commas, as format 0.1 has it.
 *
 * @returns undefined when it is damaged
 */
export function parsePax(content: Buffer): PaxRecords | undefined {
  const records: PaxRecords = new Map();
  const sparse: string[] = [];
  for (let at = 0; at < content.length;) {
    const blank = content.indexOf(space, at);
    const length = blank < 0 || blank - at > 10 ? NaN : Number(content.toString('latin1', at, blank));
    const end = at + length;
    const separator = blank < 0 ? -1 : content.indexOf(equals, blank);
    if (
      !Number.isInteger(length) ||
      end > content.length ||
      separator < 0 ||
      separator >= end ||
      content[end - 1] !== newline
    ) {
      return undefined;
    }
    const key = content.toString('latin1', blank + 1, separator);
    const value = content.subarray(separator + 1, end - 1);
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') sparse.push(value.toString('latin1'));
    else records.set(key, value);
    at = end;
  }
  if (sparse.length > 0) records.set('GNU.sparse.map', Buffer.from(sparse.join(','), 'latin1'));
  return records;
}

/** The size that an entry has by its pax header, in bytes; undefined when that tells none, and NaN when it is no size. */
export function paxSize(records: PaxRecords | undefined): number | undefined {
  const text = records?.get('size')?.toString('latin1');
  if (text === undefined || text === '') return undefined;
  return /^\d{1,16}$/.test(text) ? Number(text) : NaN;
}
