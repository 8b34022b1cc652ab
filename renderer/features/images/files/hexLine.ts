/** A line as `hexdump -C` writes it: the offset, the bytes, and what of them is printable ASCII. */
export function hexLine(bytes: Uint8Array, offset: number, count: number): string {
  const part = [...bytes.subarray(offset, offset + count)];
  const hex = part.map((byte) => byte.toString(16).padStart(2, '0'));
  const half = count / 2;
  const columns = `${hex.slice(0, half).join(' ')}  ${hex.slice(half).join(' ')}`;
  const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  return `${offset.toString(16).padStart(8, '0')}  ${columns.padEnd(count * 3)}  ${text.join('')}`;
}
