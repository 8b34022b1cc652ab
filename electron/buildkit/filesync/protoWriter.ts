const scratch = new BigInt64Array(1);
const halves = new Uint32Array(scratch.buffer);

/** Bytes that a 32-bit unsigned varint takes. */
export function varint32Size(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** Writes a 32-bit unsigned varint; returns the position behind it. */
export function writeVarint32(buffer: Buffer, at: number, value: number): number {
  let rest = value;
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

/** Bytes that an int64's varint takes; ten for negative numbers. */
export function varint64Size(value: bigint): number {
  scratch[0] = value;
  let low = halves[0]!;
  let high = halves[1]!;
  let size = 1;
  while (high !== 0 || low > 0x7f) {
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
    size++;
  }
  return size;
}

/** Writes an int64's varint; returns the position behind it. */
export function writeVarint64(buffer: Buffer, at: number, value: bigint): number {
  scratch[0] = value;
  let low = halves[0]!;
  let high = halves[1]!;
  while (high !== 0 || low > 0x7f) {
    buffer[at++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  buffer[at++] = low;
  return at;
}

/** Writes bytes held as a latin1 string; returns the position behind them. */
export function writeLatin1(buffer: Buffer, at: number, text: string): number {
  const length = text.length;
  // Below this length the loop costs less than the call into native code.
  if (length > 48) {
    buffer.write(text, at, length, 'latin1');
    return at + length;
  }
  for (let index = 0; index < length; index++) buffer[at++] = text.charCodeAt(index);
  return at;
}
