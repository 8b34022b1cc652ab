import { randomInt } from 'node:crypto';

/**
 * A hash of names in folders whose key is drawn for each one: nobody can make up an archive whose names meet in few
 * places of a table. It is HalfSipHash-1-3 (github.com/veorq/SipHash), which holds against that even where hashes can be
 * guessed at, over the folder's number and the name's bytes.
 */
export class NameHash {
  /** @param key two numbers of 32 bits; drawn by chance when absent */
  constructor(private readonly key: readonly [number, number] = [randomInt(2 ** 32), randomInt(2 ** 32)]) {}

  /** @returns 32 bits, as a signed number */
  of(folder: number, bytes: Uint8Array, start: number, end: number): number {
    const [k0, k1] = this.key;
    let v0 = k0 | 0;
    let v1 = k1 | 0;
    let v2 = k0 ^ 0x6c796765;
    let v3 = k1 ^ 0x74656462;
    const whole = (end - start) >>> 2;
    // The folder, the whole words of the name, its rest with the length, and three rounds to finish with.
    for (let round = -1; round < whole + 4; round++) {
      let word = 0;
      if (round < 0) word = folder;
      else if (round < whole) {
        const at = start + round * 4;
        word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      } else if (round === whole) {
        word = (end - start + 4) << 24;
        for (let at = start + whole * 4, shift = 0; at < end; at++, shift += 8) word |= bytes[at]! << shift;
      } else if (round === whole + 1) v2 ^= 0xff;
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    return v1 ^ v3;
  }
}
