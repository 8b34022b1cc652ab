import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { covers, drawnArea, fittingZoom, showing, within, zoomedAt } from './viewport';
import type { Area, Size, View } from './viewport';

const factor = 1.2;
/** Pixels for a key stroke. */
const keyPan = 60;

export interface Viewport {
  zoom: number;
  /** What has to be drawn; undefined while the window's size isn't known: then everything. */
  drawn: Area | undefined;
  /** Whether the whole graph is in the window at this size. */
  showsAll: boolean;
  zoomBy: (direction: 'in' | 'out') => void;
  zoomTo: (zoom: number) => void;
  panBy: (x: number, y: number) => void;
  /** Shows as much of the graph as can be read, or all of it however small. */
  fit: (whole: boolean) => void;
  /** Moves as little as it takes to show an area. */
  show: (area: Area) => void;
}

/**
 * Pans and zooms a layer in a window: by wheel and trackpad, by dragging the background, by keys. While it moves only
 * the layer's transform changes; React hears of it when other cards come into reach.
 */
export function useViewport(
  windowRef: RefObject<HTMLElement | null>,
  layerRef: RefObject<HTMLElement | null>,
  sheet: Size,
): Viewport {
  const view = useRef<View>({ x: 0, y: 0, zoom: 1 });
  const room = useRef<Size>({ width: 0, height: 0 });
  const size = useRef(sheet);
  /** Set once the first graph was fitted into the window: from then on it stays as it is until somebody moves it. */
  const begun = useRef(false);
  const [zoom, setZoom] = useState(1);
  const [drawn, setDrawn] = useState<Area>();
  const [showsAll, setShowsAll] = useState(true);

  const apply = useCallback(
    (next: View, smoothly = false): void => {
      const layer = layerRef.current;
      const { width } = room.current;
      if (layer === null || width === 0) return;
      const moved = within(next, size.current, room.current);
      view.current = moved;
      layer.toggleAttribute('data-smooth', smoothly);
      layer.style.transform = `translate(${Math.round(moved.x)}px, ${Math.round(moved.y)}px) scale(${moved.zoom})`;
      setZoom(moved.zoom);
      setDrawn((known) =>
        known !== undefined && covers(known, moved, room.current) && known.width * moved.zoom < width * 6
          ? known
          : drawnArea(moved, room.current),
      );
      setShowsAll(
        size.current.width * moved.zoom <= room.current.width &&
          size.current.height * moved.zoom <= room.current.height,
      );
    },
    [layerRef],
  );

  /** The first graph is shown as whole as it can be read; what is typed later doesn't change its size. */
  const place = useCallback((): void => {
    const isFirst = !begun.current && room.current.width > 0 && size.current.width > 0;
    if (isFirst) begun.current = true;
    apply(isFirst ? { x: 0, y: 0, zoom: fittingZoom(size.current, room.current, false) } : view.current);
  }, [apply]);

  useEffect(() => {
    size.current = { width: sheet.width, height: sheet.height };
    place();
  }, [place, sheet.width, sheet.height]);

  useEffect(() => {
    const element = windowRef.current;
    if (element === null) return;
    const measure = (): void => {
      room.current = { width: element.clientWidth, height: element.clientHeight };
      place();
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [place, windowRef]);

  useEffect(() => {
    const element = windowRef.current;
    return element === null ? undefined : followPointer(element, view, apply);
  }, [apply, windowRef]);

  return useMemo(() => {
    const middle = (): { x: number; y: number } => ({
      x: room.current.width / 2,
      y: room.current.height / 2,
    });
    const zoomTo = (to: number): void =>
      apply(zoomedAt(view.current, Math.round(to * 100) / 100, middle()), true);
    return {
      zoom,
      drawn,
      showsAll,
      zoomTo,
      zoomBy: (direction) => zoomTo(view.current.zoom * (direction === 'in' ? factor : 1 / factor)),
      panBy: (x, y) =>
        apply({ ...view.current, x: view.current.x - x * keyPan, y: view.current.y - y * keyPan }, true),
      fit: (whole) => apply({ x: 0, y: 0, zoom: fittingZoom(size.current, room.current, whole) }, true),
      show: (area) => {
        if (room.current.width > 0) apply(showing(view.current, area, room.current), true);
      },
    };
  }, [apply, zoom, drawn, showsAll]);
}

/** Wheel and trackpad pan, with Ctrl or Command they zoom; the main or middle button drags. */
function followPointer(element: HTMLElement, view: RefObject<View>, apply: (view: View) => void): () => void {
  let dragged: { id: number; x: number; y: number } | undefined;
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y, zoom } = view.current;
    if (event.ctrlKey || event.metaKey) {
      const { left, top } = element.getBoundingClientRect();
      // A notch of a wheel is 100 or more, a pinch comes in small steps.
      const by = Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 400);
      apply(zoomedAt(view.current, zoom * by, { x: event.clientX - left, y: event.clientY - top }));
    } else if (event.shiftKey && event.deltaX === 0) apply({ x: x - event.deltaY, y, zoom });
    else apply({ x: x - event.deltaX, y: y - event.deltaY, zoom });
  };
  const onDown = (event: PointerEvent): void => {
    const onCard = event.target instanceof Element && event.target.closest('button') !== null;
    if (event.button !== 1 && (event.button !== 0 || onCard)) return;
    event.preventDefault();
    dragged = { id: event.pointerId, x: event.clientX - view.current.x, y: event.clientY - view.current.y };
    element.setPointerCapture(event.pointerId);
    element.toggleAttribute('data-dragged', true);
  };
  const onMove = (event: PointerEvent): void => {
    if (dragged?.id !== event.pointerId) return;
    apply({ x: event.clientX - dragged.x, y: event.clientY - dragged.y, zoom: view.current.zoom });
  };
  // Browsers scroll to what gets the focus even where nothing can be scrolled.
  const onScroll = (): void => {
    const { scrollLeft, scrollTop } = element;
    if (scrollLeft === 0 && scrollTop === 0) return;
    element.scrollTo(0, 0);
    const { x, y, zoom } = view.current;
    apply({ x: x - scrollLeft, y: y - scrollTop, zoom });
  };
  const onUp = (event: PointerEvent): void => {
    if (dragged?.id !== event.pointerId) return;
    dragged = undefined;
    element.toggleAttribute('data-dragged', false);
  };
  element.addEventListener('wheel', onWheel, { passive: false });
  element.addEventListener('scroll', onScroll);
  element.addEventListener('pointerdown', onDown);
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', onUp);
  element.addEventListener('pointercancel', onUp);
  return () => {
    element.removeEventListener('wheel', onWheel);
    element.removeEventListener('scroll', onScroll);
    element.removeEventListener('pointerdown', onDown);
    element.removeEventListener('pointermove', onMove);
    element.removeEventListener('pointerup', onUp);
    element.removeEventListener('pointercancel', onUp);
  };
}
