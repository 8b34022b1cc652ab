import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

const sizesStore = createStore<ReadonlyMap<string, number>>()(() => new Map());

/** Bytes of the files of layers, by digest, as far as layers were read since the window opened. */
export function useUnpackedSizes(): ReadonlyMap<string, number> {
  return useStore(sizesStore);
}

/** Keeps what reading layers told about their unpacked sizes. */
export function rememberUnpackedSizes(sizes: readonly (readonly [digest: string, bytes: number])[]): void {
  const before = sizesStore.getState();
  if (sizes.every(([digest, bytes]) => before.get(digest) === bytes)) return;
  sizesStore.setState(new Map([...before, ...sizes]), true);
}
