import { expect, it, vi } from 'vitest';
import type * as Bytes from './bytes';
import { LayerIndexBuilder } from './layerIndexBuilder';
import { layerLimits } from './limits';
import { NameHash } from './nameHash';

const { compareRanges } = vi.hoisted(() => ({ compareRanges: vi.fn() }));
vi.mock('./bytes', async (original) => {
  const bytes = await original<typeof Bytes>();
  return { ...bytes, compareRanges: compareRanges.mockImplementation(bytes.compareRanges) };
});

const fnvStart = Math.imul(0x811c9dc5, 0x01000193);

/** FNV-1a, a hash without a key: anybody can find names for it. @param state what it begins with */
function fnv(text: string, state = fnvStart): number {
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state;
}

/** 2 ** `rounds` names of one hash, put together from pairs of pieces that lead to the same state. */
function collidingNames(rounds: number): string[] {
  let names = [''];
  let state = fnvStart;
  for (let round = 0; round < rounds; round++) {
    const pieces = new Map<number, string>();
    for (let count = 0; ; count++) {
      const piece = (Math.imul(count, 0x9e3779b1) >>> 0).toString(36);
      const reached = fnv(piece, state);
      const other = pieces.get(reached);
      pieces.set(reached, piece);
      if (other === undefined) continue;
      names = names.flatMap((name) => [name + other, name + piece]);
      state = reached;
      break;
    }
  }
  return names;
}

it('keeps names apart that somebody made up to collide', () => {
  const names = collidingNames(9);
  const hashes = names.map((name) => fnv(name));
  expect([new Set(names).size, new Set(hashes).size]).toEqual([512, 1]);
  const builder = new LayerIndexBuilder(layerLimits);
  const entry = { kind: 'file', target: Buffer.alloc(0), size: 0, mode: 0, uid: 0, gid: 0 } as const;
  for (const name of names) builder.add({ ...entry, name: Buffer.from(name), modifiedMs: 0, offset: 0 });
  // Each meets less than one other on its way; of one hash they would meet all that came before: 130,000.
  expect(compareRanges.mock.calls.length).toBeLessThan(1024);
});

it('is another hash each time', () => {
  const name = Buffer.from('usr');
  expect(new Set(Array.from({ length: 50 }, () => new NameHash().of(0, name, 0, 3))).size).toBeGreaterThan(
    45,
  );
});

it('is HalfSipHash-1-3, as Linux tests its own', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_unused, index) => index);
  const hash = new NameHash([0x03020100, 0x07060504]);
  const hashes = [4, 5, 6, 7, 8].map((length) => hash.of(0x03020100, bytes, 4, length) >>> 0);
  expect(hashes).toEqual([0x7e059ea6, 0x88e3d89b, 0xa0080b65, 0x9d38d9d6, 0x577999b1]);
});
