import { useCallback, useEffect, useState } from 'react';
import type { RefObject } from 'react';

const smallest = 0.2;
/** Below this nobody can read a step: a larger graph is scrolled instead. */
const readable = 0.5;
const largest = 2;
const factor = 1.2;
const clamp = (zoom: number): number => Math.min(largest, Math.max(smallest, zoom));

export interface Zoom {
  zoom: number;
  zoomIn: () => void;
  zoomOut: () => void;
  /** Shows as much of the graph as can be read, never larger than life, and keeps doing so until it is zoomed by hand. */
  fit: () => void;
}

/** How large the graph is drawn. It fits its place by itself until somebody zooms. */
export function useZoom(
  canvas: RefObject<HTMLElement | null>,
  size: { width: number; height: number },
): Zoom {
  const [byHand, setByHand] = useState<number>();
  const [fitting, setFitting] = useState(1);
  const { width, height } = size;

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const measure = (): void => {
      if (element.clientWidth === 0) return;
      const room = Math.min(element.clientWidth / width, element.clientHeight / height);
      setFitting(Math.max(readable, Math.min(1, Math.floor(room * 100) / 100)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [canvas, width, height]);

  const zoom = byHand ?? fitting;
  const zoomBy = useCallback((by: number) => setByHand(clamp(Math.round(zoom * by * 100) / 100)), [zoom]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? factor : 1 / factor);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [canvas, zoomBy]);

  return {
    zoom,
    zoomIn: () => zoomBy(factor),
    zoomOut: () => zoomBy(1 / factor),
    fit: () => setByHand(undefined),
  };
}
