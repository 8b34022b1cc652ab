import { useCallback, useEffect, useState } from 'react';
import type { CacheRecord, CacheRecordsItem, StudioErrorData } from '../../../../shared/contract';
import { errorData, studio } from '../../../app/studio';

/** The build cache as far as it is known. What was read before stays until its node answers anew. */
export interface CacheRecords {
  byNode: ReadonlyMap<string, readonly CacheRecord[]>;
  failures: ReadonlyMap<string, StudioErrorData>;
  /** Nodes that have not answered yet. */
  waiting: readonly string[];
  reading: boolean;
  /** Why nothing can be read at all. */
  error?: StudioErrorData;
}

const nothing: CacheRecords = { byNode: new Map(), failures: new Map(), waiting: [], reading: true };

/** Reads the records of a builder now, and anew when `reload` is called or `state` (its nodes and how they are) changes. */
export function useCacheRecords(builder: string, state: string): CacheRecords & { reload: () => void } {
  const [known, setKnown] = useState(nothing);
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((before) => before + 1), []);

  useEffect(() => {
    setKnown(({ error: _old, ...before }) => ({ ...before, reading: true }));
    return studio().subscribe(
      'builders.cacheRecords',
      { name: builder },
      {
        onItem: (item) => setKnown((before) => withItem(before, item)),
        onEnd: () => setKnown((before) => ({ ...before, waiting: [], reading: false })),
        onError: (thrown) => setKnown((before) => ({ ...before, reading: false, error: errorData(thrown) })),
      },
    );
  }, [builder, state, round]);
  return { ...known, reload };
}

function withItem(before: CacheRecords, item: CacheRecordsItem): CacheRecords {
  if (item.type === 'nodes') {
    const byNode = new Map([...before.byNode].filter(([node]) => item.nodes.includes(node)));
    return { ...before, byNode, failures: new Map(), waiting: item.nodes };
  }
  const waiting = before.waiting.filter((node) => node !== item.node);
  const byNode = new Map(before.byNode);
  if (item.type === 'records') {
    byNode.set(item.node, item.records);
    return { ...before, byNode, waiting };
  }
  byNode.delete(item.node);
  return { ...before, byNode, waiting, failures: new Map(before.failures).set(item.node, item.error) };
}
