import { useEffect } from 'react';

/** What the Tab key can lead to. */
const stops = 'a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"])';
/** Places of the focus that are remembered: more dialogs and menus than stand over each other. */
const remembered = 12;
/** Milliseconds in which whoever took the focused element away can say where the focus goes. */
const graceMs = 60;

/**
 * Keeps the keyboard usable while the component stands: when what has the focus is taken away or disabled and nobody
 * moves the focus on, it goes to the nearest stop of the Tab key that is left around it, or else, as after a dialog that
 * a menu opened, to where it was before.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let places: Element[][] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const remember = ({ target }: FocusEvent): void => {
      if (!(target instanceof Element) || target === document.body) return;
      places = [pathOf(target), ...places.filter(([element]) => element !== target)].slice(0, remembered);
    };
    const restore = (): void => {
      timer = undefined;
      if (isHeld()) return;
      const [last] = places[0] ?? [];
      // A click beside everything takes the focus away as well, but leaves what had it.
      if (last === undefined || isUsable(last)) return;
      for (const [own, ...around] of places) {
        const target = [own, ...around.map(nearestStop)].find((one) => one !== undefined && isUsable(one));
        if (!(target instanceof HTMLElement)) continue;
        target.focus();
        return;
      }
    };
    const observer = new MutationObserver(() => {
      if (!isHeld()) timer ??= setTimeout(restore, graceMs);
    });
    document.addEventListener('focusin', remember);
    observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener('focusin', remember);
    };
  }, []);
}

function isHeld(): boolean {
  const { activeElement } = document;
  return activeElement !== null && activeElement !== document.body && isEnabled(activeElement);
}

/** An element and those around it, without the page as a whole. */
function pathOf(element: Element): Element[] {
  const path: Element[] = [];
  for (let at: Element | null = element; at !== null && at !== document.body; at = at.parentElement) {
    path.push(at);
  }
  return path;
}

/** The element itself when the Tab key leads to it, or the first one in it. */
function nearestStop(element: Element): Element | undefined {
  return [element, ...element.querySelectorAll(stops)].find(
    (one) => one instanceof HTMLElement && one.tabIndex >= 0 && one.matches(stops) && isUsable(one),
  );
}

/** Whether an element that takes the focus can do so now. */
function isUsable(element: Element): boolean {
  return (
    element.isConnected &&
    isEnabled(element) &&
    element.checkVisibility() &&
    element.closest('[inert], [aria-hidden="true"]') === null
  );
}

function isEnabled(element: Element): boolean {
  return !element.matches(':disabled');
}
