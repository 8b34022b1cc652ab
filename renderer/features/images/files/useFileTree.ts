import { useCallback, useEffect, useState } from 'react';
import type {
  FileTreeItem,
  FileTreeRequest,
  FileTreeSummary,
  StudioErrorData,
} from '../../../../shared/contract';
import { errorData, studio } from '../../../app/studio';

/** How far the files of layers are read. */
export type TreeReading =
  | { status: 'reading'; progress?: Omit<Extract<FileTreeItem, { type: 'progress' }>, 'type'> }
  /** They can be asked about by the tree's name. */
  | { status: 'ready'; tree: string; summary: FileTreeSummary }
  | { status: 'cancelled' }
  | { status: 'failed'; error: StudioErrorData };

/**
 * Reads the files of layers, and keeps the tree in the core until `request` changes or the component goes. `cancel`
 * stops reading, `restart` reads anew.
 */
export function useFileTree(request: FileTreeRequest): {
  reading: TreeReading;
  cancel: () => void;
  restart: () => void;
} {
  const [reading, setReading] = useState<TreeReading>({ status: 'reading' });
  const [round, setRound] = useState(0);
  const [isCancelled, setCancelled] = useState(false);

  useEffect(() => {
    if (isCancelled) return;
    setReading({ status: 'reading' });
    return studio().subscribe('images.fileTree', request, {
      onItem: (item) => setReading(readingOf(item)),
      onEnd: () => setReading({ status: 'cancelled' }),
      onError: (thrown) => setReading({ status: 'failed', error: errorData(thrown) }),
    });
  }, [request, round, isCancelled]);

  const cancel = useCallback(() => {
    setCancelled(true);
    setReading({ status: 'cancelled' });
  }, []);
  const restart = useCallback(() => {
    setCancelled(false);
    setRound((before) => before + 1);
  }, []);
  return { reading, cancel, restart };
}

function readingOf(item: FileTreeItem): TreeReading {
  const { type: _type, ...rest } = item;
  return 'tree' in rest ? { status: 'ready', ...rest } : { status: 'reading', progress: rest };
}
