import { useEffect, useState } from 'react';
import { projectStore } from './projectStore';
import type { ProjectState } from './projectStore';

/** Up to this length a text is read in no time. */
const shortLength = 20_000;
/** How long nobody has to type before a long text counts. */
const quietMs = 250;

/**
 * The text on screen, for what is derived from the whole of it: a long one is taken when typing pauses, so that no key
 * waits for that work. Short ones, and another file, are taken at once.
 */
export function useSettledText(): string {
  const [text, setText] = useState(() => projectStore.getState().text);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = (): void => setText(projectStore.getState().text);
    take();
    const stop = projectStore.subscribe((state, before) => {
      if (state.text === before.text) return;
      clearTimeout(timer);
      if (isTypedOn(state, before)) timer = setTimeout(take, quietMs);
      else take();
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return text;
}

function isTypedOn(state: ProjectState, before: ProjectState): boolean {
  const isSameFile = state.project === before.project && state.dockerfile === before.dockerfile;
  return isSameFile && Math.min(state.text.length, before.text.length) > shortLength;
}
