import { invalidLayer } from './layerError';
import { tarNumber } from '../tar/tarNumbers';

/** The parts of a sparse file that an archive holds, ascending: `[offset in the file, bytes]`; the rest is zeros. */
export type SparseMap = readonly (readonly [offset: number, length: number])[];

/** So fragmented a file is no file of an image; it bounds what a hostile map costs. */
const maxParts = 100_000;
const blockBytes = 512;

/**
 * Checks the numbers of a sparse map, given as offset, length, offset, length…
 *
 * @throws StudioError `image-invalid`
 */
export function sparseMap(numbers: readonly number[], fileSize: number, storedSize: number): SparseMap {
  const parts: [number, number][] = [];
  let end = 0;
  let stored = 0;
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    const [offset, length] = [numbers[index]!, numbers[index + 1]!];
    if (!(offset >= end && length >= 0 && offset + length <= fileSize)) throw damaged();
    if (length > 0) parts.push([offset, length]);
    end = offset + length;
    stored += length;
  }
  if (numbers.length % 2 !== 0 || stored !== storedSize || parts.length > maxParts) throw damaged();
  return parts;
}

/** The `[offset, length]` pairs in a header of GNU tar's old format: `count` of them from `start` on. */
export function oldGnuParts(header: Uint8Array, start: number, count: number): number[] {
  const numbers: number[] = [];
  for (let at = start; at < start + count * 24 && header[at] !== 0; at += 24) {
    numbers.push(tarNumber(header, at, 12), tarNumber(header, at + 12, 12));
  }
  return numbers;
}

/** Numbers of a map in a pax attribute (format 0.1). */
export function paxParts(map: Buffer): number[] {
  const text = map.toString('latin1');
  return text === '' ? [] : text.split(',').map((number) => (/^\d+$/.test(number) ? Number(number) : NaN));
}

/** Reads the map that format 1.0 puts before the content: decimal numbers, one a line, in whole blocks. */
export class LeadingSparseMap {
  private readonly numbers: number[] = [];
  private rest = '';
  /** Bytes of the archive that the map took. */
  size = 0;

  /**
   * @returns the numbers once the last block of the map has been added
   * @throws StudioError `image-invalid`
   */
  add(block: Buffer): number[] | undefined {
    this.size += blockBytes;
    const lines = (this.rest + block.toString('latin1')).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) {
      if (this.complete()) break;
      if (!/^\d{1,16}$/.test(line)) throw damaged();
      this.numbers.push(Number(line));
    }
    if (this.complete()) return this.numbers.slice(1);
    if (this.rest.length > 16 || this.numbers.length > maxParts * 2) throw damaged();
    return undefined;
  }

  private complete(): boolean {
    return this.numbers.length > 0 && this.numbers.length === 1 + 2 * this.numbers[0]!;
  }
}

function damaged(): Error {
  return invalidLayer('The layer’s archive is damaged: the map of a sparse file makes no sense.');
}
