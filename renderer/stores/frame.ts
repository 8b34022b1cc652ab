/** A hidden window gets no animation frames, but its stores have to move on. */
const hiddenFrameMs = 100;

/**
 * Runs `work` once before the next paint, however often it is asked for; in a hidden window, within 100 ms.
 */
export function oncePerFrame(work: () => void): { request(): void; cancel(): void } {
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
    timer = undefined;
  };
  const run = (): void => {
    cancel();
    work();
  };
  return {
    request() {
      if (timer !== undefined) return;
      frame = requestAnimationFrame(run);
      timer = setTimeout(run, hiddenFrameMs);
    },
    cancel,
  };
}
