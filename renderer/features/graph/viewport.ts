/** A rectangle on the sheet that the graph is drawn on, in its own pixels. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How the sheet lies in the window: where its corner is on screen, and how large it is drawn. */
export interface View {
  x: number;
  y: number;
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

const smallestZoom = 0.1;
const largestZoom = 2;
/** Below this a step can't be read without effort. */
const readableZoom = 0.8;
/** How much of a sheet that is larger than the window may be left empty beside it. */
const slack = 48;

/** Lets at most a margin of nothing into view; a sheet that fits stays in its corner, so that nothing moves as it grows. */
export function within({ x, y, zoom }: View, sheet: Size, window: Size): View {
  const bounded = (at: number, length: number, room: number): number => {
    const over = length * zoom - room;
    return over <= 0 ? Math.min(Math.max(at, 0), -over) : Math.min(slack, Math.max(at, -over - slack));
  };
  return { x: bounded(x, sheet.width, window.width), y: bounded(y, sheet.height, window.height), zoom };
}

/** Zooms so that what is at a point of the window stays there. */
export function zoomedAt(view: View, to: number, at: { x: number; y: number }): View {
  const zoom = Math.min(largestZoom, Math.max(smallestZoom, to));
  const by = zoom / view.zoom;
  return { x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by, zoom };
}

/**
 * How large the sheet has to be drawn to be seen whole, never larger than life.
 *
 * @param whole false: no smaller than can be read; what doesn't fit is reached by panning
 */
export function fittingZoom(sheet: Size, window: Size, whole: boolean): number {
  if (window.width === 0 || window.height === 0) return 1;
  const room = Math.min(window.width / sheet.width, window.height / sheet.height);
  const fitting = Math.min(1, Math.floor(room * 100) / 100);
  return Math.max(whole ? smallestZoom : readableZoom, fitting);
}

/** Moves the sheet as little as it takes to show an area; the start of it when it is too large. */
export function showing(view: View, area: Area, window: Size): View {
  const gap = 16;
  const moved = (at: number, start: number, length: number, room: number): number => {
    const [from, to] = [at + start * view.zoom, at + (start + length) * view.zoom];
    if (from < gap) return at + gap - from;
    return to > room - gap ? at - Math.min(to - room + gap, from - gap) : at;
  };
  return {
    x: moved(view.x, area.x, area.width, window.width),
    y: moved(view.y, area.y, area.height, window.height),
    zoom: view.zoom,
  };
}

/** The part of the sheet that the window shows, and half a window around it. */
export function drawnArea({ x, y, zoom }: View, window: Size): Area {
  const [width, height] = [window.width / zoom, window.height / zoom];
  return { x: -x / zoom - width / 2, y: -y / zoom - height / 2, width: width * 2, height: height * 2 };
}

/** Whether the window shows nothing that is outside of the area. */
export function covers(area: Area, { x, y, zoom }: View, window: Size): boolean {
  return (
    -x / zoom >= area.x &&
    -y / zoom >= area.y &&
    (window.width - x) / zoom <= area.x + area.width &&
    (window.height - y) / zoom <= area.y + area.height
  );
}

export function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
