import type { StreamItem, StreamName, StreamParams } from '../../shared/contract';
import { reportDefect, studio } from '../app/studio';

const retryAfterMs = 1000;

/**
 * Follows a stream that has no end of its own (they all begin with a snapshot): subscribes again when it breaks off.
 *
 * @returns stops following
 */
export function watch<N extends StreamName>(
  name: N,
  params: StreamParams<N>,
  onItem: (item: StreamItem<N>) => void,
): () => void {
  let stopped = false;
  let stop: () => void = () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = (): void => {
    if (!stopped) timer = setTimeout(begin, retryAfterMs);
  };
  const begin = (): void => {
    stop = studio().subscribe(name, params, {
      onItem: (item) => {
        if (!stopped) onItem(item);
      },
      onEnd: again,
      onError: (error) => {
        if (!stopped) reportDefect(error);
        again();
      },
    });
  };
  begin();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stop();
  };
}
