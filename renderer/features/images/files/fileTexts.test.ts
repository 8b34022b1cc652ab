import fc from 'fast-check';
import { expect, it } from 'vitest';
import { machineText, modeText } from './fileTexts';
import { hexLine } from './hexLine';
import { imageUrl, sameBytes } from './imageUrl';

it.each([
  [{ kind: 'file', mode: 0o644 } as const, '-rw-r--r--'],
  [{ kind: 'directory', mode: 0o1777 } as const, 'drwxrwxrwt'],
  [{ kind: 'file', mode: 0o4711 } as const, '-rws--x--x'],
  [{ kind: 'file', mode: 0o6600 } as const, '-rwS--S---'],
  [{ kind: 'symlink', mode: 0o777 } as const, 'lrwxrwxrwx'],
])('writes the mode of %j as %s', (cell, text) => expect(modeText(cell)).toBe(text));

it('calls machines as platforms call them, and says when a program is of another system', () => {
  const program = { wrongMachine: true, machines: ['x86-64'] };
  expect(machineText({ ...program, format: 'elf' })).toBe('amd64');
  expect(machineText({ ...program, format: 'pe' })).toBe('amd64 PE');
  expect(machineText({ ...program, format: 'mach-o', machines: ['x86-64', 'AArch64'] })).toBe(
    'amd64, arm64 Mach-O',
  );
  expect(machineText({ ...program, format: 'elf', machines: ['machine 9'] })).toBe('machine 9');
});

it('writes a line of hexadecimal that the bytes can be read from', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(5), (bytes, line) => {
      const text = hexLine(bytes, line * 16, 16);
      const part = bytes.subarray(line * 16, line * 16 + 16);
      const read = text
        .slice(10, 10 + 49)
        .trim()
        .split(/\s+/)
        .filter((word) => word !== '');
      expect(read.map((word) => parseInt(word, 16))).toEqual([...part]);
      expect(parseInt(text.slice(0, 8), 16)).toBe(line * 16);
      expect(text.slice(60)).toHaveLength(part.length);
    }),
  );
});

it('puts an image of any size into its URL', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
  const [head, body] = imageUrl('image/png', bytes).split(',');
  expect(head).toBe('data:image/png;base64');
  expect(
    sameBytes(
      Uint8Array.from(atob(body!), (letter) => letter.charCodeAt(0)),
      bytes,
    ),
  ).toBe(true);
  expect(sameBytes(bytes, bytes.slice(1))).toBe(false);
});
