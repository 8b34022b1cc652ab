import { useEffect, useMemo, useRef, useState } from 'react';
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
  // An equal request is the same one, also where the caller makes it anew.
  const asked = useMemo(() => JSON.stringify(request), [request]);
  const [known, setKnown] = useState<{ asked: string; reading: TreeReading }>();
  const [round, setRound] = useState(0);
  const stop = useRef<() => void>(undefined);

  useEffect(() => {
    const know = (reading: TreeReading): void => setKnown({ asked, reading });
    const unsubscribe = studio().subscribe('images.fileTree', JSON.parse(asked) as FileTreeRequest, {
      onItem: (item) => know(readingOf(item)),
      onEnd: () => know({ status: 'cancelled' }),
      onError: (thrown) => know({ status: 'failed', error: errorData(thrown) }),
    });
    stop.current = unsubscribe;
    return unsubscribe;
  }, [asked, round]);

  const cancel = (): void => {
    stop.current?.();
    setKnown({ asked, reading: { status: 'cancelled' } });
  };
  const restart = (): void => {
    setKnown(undefined);
    setRound((before) => before + 1);
  };
  // What was read for another request says nothing about this one.
  return { reading: known?.asked === asked ? known.reading : { status: 'reading' }, cancel, restart };
}

function readingOf(item: FileTreeItem): TreeReading {
  const { type: _type, ...rest } = item;
  return 'tree' in rest ? { status: 'ready', ...rest } : { status: 'reading', progress: rest };
}
