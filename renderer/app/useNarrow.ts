import { useSyncExternalStore } from 'react';

/** Below this width the sidebar lies over the Build view instead of beside it. */
const query = '(max-width: 1320px)';

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(query);
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

/** Whether the window is too narrow for all columns of the Build view. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
