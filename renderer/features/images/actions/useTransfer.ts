import { useEffect, useRef, useState } from 'react';
import type { ImageCopy, NewIndex, StudioErrorData, TransferItem } from '../../../../shared/contract';
import { errorData, studio } from '../../../app/studio';

/** How far a copy of blobs is. */
export type Transfer =
  | { status: 'idle' }
  | { status: 'running'; progress?: Extract<TransferItem, { type: 'progress' }> }
  | { status: 'done'; result: Extract<TransferItem, { type: 'done' }> }
  | { status: 'failed'; error: StudioErrorData };

/** What is to be done: a new index stored, or an image copied. */
export type TransferRequest =
  { stream: 'images.createIndex'; params: NewIndex } | { stream: 'images.copy'; params: ImageCopy };

/** Runs one transfer at a time; it ends when the component goes, or is cancelled. */
export function useTransfer(): {
  transfer: Transfer;
  start: (request: TransferRequest) => void;
  cancel: () => void;
} {
  const [transfer, setTransfer] = useState<Transfer>({ status: 'idle' });
  const stop = useRef<() => void>(undefined);
  const end = (): void => {
    stop.current?.();
    stop.current = undefined;
  };
  useEffect(() => () => stop.current?.(), []);
  const start = ({ stream, params }: TransferRequest): void => {
    end();
    setTransfer({ status: 'running' });
    const observer = {
      onItem: (item: TransferItem): void => {
        if (item.type === 'progress') setTransfer({ status: 'running', progress: item });
        else setTransfer(item.type === 'done' ? { status: 'done', result: item } : { status: 'idle' });
      },
      onError: (error: unknown): void => setTransfer({ status: 'failed', error: errorData(error) }),
    };
    stop.current =
      stream === 'images.copy'
        ? studio().subscribe(stream, params, observer)
        : studio().subscribe(stream, params, observer);
  };
  const cancel = (): void => {
    end();
    setTransfer({ status: 'idle' });
  };
  return { transfer, start, cancel };
}
