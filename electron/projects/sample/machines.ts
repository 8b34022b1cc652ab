import type { ElfImage } from './elf';

/** The system calls the program makes, with up to four arguments. */
export type SystemCall = 'write' | 'open' | 'sleep' | 'uname' | 'exit';

/** An argument: a number or address, the length found by `measure`, or what the last call returned (first argument only). */
export type Argument = number | 'length' | 'result';

/** Encodes the few operations that the program needs for one processor. Bytes come out in memory order. */
export interface Machine {
  elf: ElfImage['machine'];
  /** Size of `time_t` and `long` in a `timespec`, bytes. */
  longBytes: 4 | 8;
  call(name: SystemCall, args: readonly Argument[]): number[];
  /** Finds the length of the zero-terminated text at an address and keeps it. */
  measure(address: number): number[];
}

const little = (value: number): number[] => [
  value & 0xff,
  (value >>> 8) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 24) & 0xff,
];
const words = (...values: number[]): number[] => values.flatMap(little);

const amd64: Machine = {
  elf: { id: 62, bits: 64, flags: 0 },
  longBytes: 8,
  call(name, args) {
    const numbers: Record<SystemCall, number> = { write: 1, open: 2, sleep: 35, uname: 63, exit: 60 };
    const load = [0xbf, 0xbe, 0xba]; // mov edi, esi, edx, imm32
    const bytes = args.flatMap((value, index) => {
      if (value === 'result') return [0x89, 0xc7]; // mov edi, eax
      if (value === 'length') return [0x44, 0x89, 0xe2]; // mov edx, r12d
      return [load[index] ?? 0, ...little(value)];
    });
    return [...bytes, 0xb8, ...little(numbers[name]), 0x0f, 0x05]; // mov eax, imm32; syscall
  },
  measure: (address) => [
    ...[0xbe, ...little(address)], // mov esi, address
    ...[0x31, 0xd2], //               xor edx, edx
    ...[0x80, 0x3c, 0x16, 0x00], //   again: cmp byte [rsi+rdx], 0
    ...[0x74, 0x04], //               je done
    ...[0xff, 0xc2], //               inc edx
    ...[0xeb, 0xf6], //               jmp again
    ...[0x41, 0x89, 0xd4], //         done: mov r12d, edx
  ],
};

const arm64: Machine = {
  elf: { id: 183, bits: 64, flags: 0 },
  longBytes: 8,
  call(name, args) {
    const numbers: Record<SystemCall, number> = { write: 64, open: 56, sleep: 101, uname: 160, exit: 93 };
    // There is only openat here: the current folder (-100) comes first.
    const all: (Argument | 'here')[] = name === 'open' ? ['here', ...args] : [...args];
    const set = (register: number, value: number): number[] =>
      words(
        0x52800000 | ((value & 0xffff) << 5) | register, // movz
        0x72a00000 | ((value >>> 16) << 5) | register, //   movk, lsl 16
      );
    const bytes = all.flatMap((value, register) => {
      if (value === 'here') return words(0x12800000 | (99 << 5) | register); // movn w0, 99
      if (value === 'result') return []; // it is where the first argument goes
      if (value === 'length') return words(0x2a1303e0 | register); // mov wN, w19
      return set(register, value);
    });
    return [...bytes, ...set(8, numbers[name]), ...words(0xd4000001)]; // svc 0
  },
  measure: (address) =>
    words(
      0x52800000 | ((address & 0xffff) << 5) | 9, // movz w9, low
      0x72a00000 | ((address >>> 16) << 5) | 9, //   movk w9, high
      0x2a0903e1, //                                 mov w1, w9
      0x3840152a, //                                 again: ldrb w10, [x9], 1
      0x35ffffea, //                                 cbnz w10, again
      0x4b010133, //                                 sub w19, w9, w1
      0x51000673, //                                 sub w19, w19, 1
    ),
};

const arm: Machine = {
  elf: { id: 40, bits: 32, flags: 0x05000400 }, // EABI 5, hard float
  longBytes: 4,
  call(name, args) {
    const numbers: Record<SystemCall, number> = { write: 4, open: 5, sleep: 162, uname: 122, exit: 1 };
    const set = (register: number, value: number): number[] => {
      const half = (opcode: number, part: number): number =>
        opcode | ((part >>> 12) << 16) | (register << 12) | (part & 0xfff);
      return words(half(0xe3000000, value & 0xffff), half(0xe3400000, value >>> 16)); // movw, movt
    };
    const bytes = args.flatMap((value, register) => {
      if (value === 'result') return [];
      if (value === 'length') return words(0xe1a00004 | (register << 12)); // mov rN, r4
      return set(register, value);
    });
    return [...bytes, ...set(7, numbers[name]), ...words(0xef000000)]; // svc 0
  },
  measure: (address) =>
    words(
      0xe3009000 | (((address & 0xffff) >>> 12) << 16) | (address & 0xfff), // movw r9, low
      0xe3409000 | ((address >>> 28) << 16) | ((address >>> 16) & 0xfff), //   movt r9, high
      0xe1a01009, //                                                          mov r1, r9
      0xe4d9a001, //                                                          again: ldrb r10, [r9], 1
      0xe35a0000, //                                                          cmp r10, 0
      0x1afffffc, //                                                          bne again
      0xe0494001, //                                                          sub r4, r9, r1
      0xe2444001, //                                                          sub r4, r4, 1
    ),
};

/** The processors the sample is made for, by what BuildKit's TARGETARCH and TARGETVARIANT say together. */
export const machines: Readonly<Record<string, Machine>> = { amd64, arm64, armv7: arm };
