/**
 * A number of a tar header: octal text between spaces and NULs, or two's complement in base 256 where the first bit is
 * set (GNU and star, for what octal has no room for).
 *
 * @returns NaN when it is neither, or has more bits than a JavaScript number holds
 */
export function tarNumber(bytes: Uint8Array, start: number, length: number): number {
  if ((bytes[start]! & 0x80) !== 0) return base256(bytes, start, length);
  let at = start;
  const end = start + length;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0)) at++;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0)) at++;
  return at === end ? value : NaN;
}

function base256(bytes: Uint8Array, start: number, length: number): number {
  const negative = (bytes[start]! & 0x40) !== 0;
  const invert = negative ? 0xff : 0;
  let value = (bytes[start]! ^ invert) & 0x7f;
  for (let at = start + 1; at < start + length; at++) value = value * 256 + (bytes[at]! ^ invert);
  const signed = negative ? -value - 1 : value;
  return Number.isSafeInteger(signed) ? signed : NaN;
}
