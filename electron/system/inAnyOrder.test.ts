import { describe, expect, it } from 'vitest';
import { inAnyOrder } from './inAnyOrder';

async function* from<T>(...items: (T | Promise<T>)[]): AsyncGenerator<T> {
  for (const item of items) yield await item;
}
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('inAnyOrder', () => {
  it('gives all items, each source’s in its order', async () => {
    expect(await collect(inAnyOrder<number>([]))).toEqual([]);
    const all = await collect(inAnyOrder([from(1, 2, 3), from(10, 20), from<number>()]));
    expect(all.filter((item) => item < 10)).toEqual([1, 2, 3]);
    expect(all.filter((item) => item >= 10)).toEqual([10, 20]);
    expect(all).toHaveLength(5);
  });

  it('does not let a slow source hold up a quick one', async () => {
    let release!: (value: string) => void;
    const slow = new Promise<string>((resolve) => (release = resolve));
    const items = inAnyOrder([from(slow), from('a', 'b')]);
    expect((await items.next()).value).toBe('a');
    expect((await items.next()).value).toBe('b');
    release('late');
    expect((await items.next()).value).toBe('late');
    expect((await items.next()).done).toBe(true);
  });

  it('returns every source when it is left early or one fails', async () => {
    const returned: string[] = [];
    const source = async function* (name: string, fails = false): AsyncGenerator<string> {
      try {
        yield name;
        if (fails) throw new Error('broken');
        yield name;
      } finally {
        returned.push(name);
      }
    };
    for await (const _item of inAnyOrder([source('a'), source('b')])) break;
    expect(returned.sort()).toEqual(['a', 'b']);
    await expect(collect(inAnyOrder([source('c', true), source('d')]))).rejects.toThrow('broken');
    expect(returned.sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});
