import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';
import type { monaco } from './monaco';
import { applyTheme, watchTheme } from './theme';

/**
 * The element that an editor stands in. The editor is made when the element is there, in the colours of the page's
 * theme, which it follows; when the element goes, it goes too.
 *
 * @param create makes the editor in the element, and what belongs to it; all that it gives back is disposed of in that
 *   order. Another function makes another editor, so it has to be kept while nothing changes.
 */
export function useMonaco(
  create: (host: HTMLElement) => readonly monaco.IDisposable[],
): RefObject<HTMLDivElement | null> {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    applyTheme();
    const stopWatching = watchTheme(applyTheme);
    const made = create(host.current);
    return () => {
      stopWatching();
      for (const one of made) one.dispose();
    };
  }, [create]);
  return host;
}
