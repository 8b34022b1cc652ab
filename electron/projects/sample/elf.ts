/** One static executable: machine code and data in a single segment, and zeroed memory behind them. */
export interface ElfImage {
  /** `e_machine` and word size (System V ABI, chapter 4, and its processor supplements). */
  machine: { id: number; bits: 32 | 64; flags: number };
  code: Uint8Array;
  data: Uint8Array;
}

/** Where the parts lie in memory. Fixed, so that code can name its data by absolute address. */
export const layout = { base: 0x400000, code: 0x100, data: 0x400, scratch: 0x1000, size: 0x2000 } as const;

/** Writes the image as an ELF file. */
export function writeElf({ machine, code, data }: ElfImage): Uint8Array {
  if (layout.code + code.length > layout.data || layout.data + data.length > layout.scratch) {
    throw new RangeError('The program does not fit its layout.');
  }
  const file = new Uint8Array(layout.data + data.length);
  const view = new DataView(file.buffer);
  const wide = machine.bits === 64;
  const headerBytes = wide ? 64 : 52;
  const programHeaderBytes = wide ? 56 : 32;
  let at = 0;
  const half = (value: number): void => (view.setUint16(at, value, true), void (at += 2));
  const word = (value: number): void => (view.setUint32(at, value, true), void (at += 4));
  const address = (value: number): void => {
    word(value);
    if (wide) word(0);
  };

  file.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, 1, 1]);
  at = 16;
  half(2); // ET_EXEC
  half(machine.id);
  word(1);
  address(layout.base + layout.code); // entry
  address(headerBytes); // program headers
  address(0); // no sections
  word(machine.flags);
  half(headerBytes);
  half(programHeaderBytes);
  half(1);
  half(0);
  half(0);
  half(0);

  word(1); // PT_LOAD
  if (wide) word(7); // readable, writable, executable
  address(0);
  address(layout.base);
  address(layout.base);
  address(file.length);
  address(layout.size);
  if (!wide) word(7);
  address(0x1000);

  file.set(code, layout.code);
  file.set(data, layout.data);
  return file;
}
