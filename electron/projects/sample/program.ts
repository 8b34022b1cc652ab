import { layout, writeElf } from './elf';
import { machines, type Machine } from './machines';

const openForWriting = 0o1101; // O_WRONLY | O_CREAT | O_TRUNC
/** `machine` is the fifth of utsname's 65-byte fields. */
const machineField = layout.base + layout.scratch + 4 * 65;

/**
 * The sample's program for one processor: a static executable that greets, prints a few lines with pauses, and writes
 * the machine's name as the kernel (or the emulator) tells it to the standard output and to /built-on.
 */
export function sampleExecutable(machine: Machine, platform: string): Uint8Array {
  const data: number[] = [];
  const place = (bytes: Iterable<number>): number => {
    while (data.length % 8 !== 0) data.push(0);
    const address = layout.base + layout.data + data.length;
    data.push(...bytes);
    return address;
  };
  const text = (value: string): { address: number; length: number } => {
    const bytes = new TextEncoder().encode(value);
    return { address: place([...bytes, 0]), length: bytes.length };
  };
  const pause = place(timespec(machine.longBytes, 0, 180_000_000));
  const code: number[] = [];
  const print = (value: string): void => {
    const { address, length } = text(value);
    code.push(...machine.call('write', [1, address, length]));
  };

  code.push(...machine.call('uname', [layout.base + layout.scratch]));
  code.push(...machine.measure(machineField));
  print(`\u001b[1mHello from ${platform}\u001b[0m, on a machine that calls itself \u001b[36m`);
  code.push(...machine.call('write', [1, machineField, 'length']));
  print('\u001b[0m\n');
  for (let part = 1; part <= 5; part++) {
    code.push(...machine.call('sleep', [pause, 0]));
    print(`part ${part} of 5 \u001b[32mdone\u001b[0m\n`);
  }
  code.push(...machine.call('open', [text('/built-on').address, openForWriting, 0o644]));
  code.push(...machine.call('write', ['result', machineField, 'length']));
  code.push(...machine.call('exit', [0]));
  return writeElf({ machine: machine.elf, code: Uint8Array.from(code), data: Uint8Array.from(data) });
}

function timespec(longBytes: 4 | 8, seconds: number, nanoseconds: number): Uint8Array {
  const bytes = new Uint8Array(longBytes * 2);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, seconds, true);
  view.setUint32(longBytes, nanoseconds, true);
  return bytes;
}

/** File name -> content, for every processor the sample knows. */
export function sampleExecutables(): Map<string, Uint8Array> {
  const platforms: Record<string, string> = {
    amd64: 'linux/amd64',
    arm64: 'linux/arm64',
    armv7: 'linux/arm/v7',
  };
  return new Map(
    Object.entries(machines).map(([name, machine]) => [
      `hello-${name}`,
      sampleExecutable(machine, platforms[name] ?? name),
    ]),
  );
}
