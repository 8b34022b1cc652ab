import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, drawnArea, fittingZoom, showing, within, zoomedAt } from './viewport';

const window = { width: 400, height: 300 };
const length = fc.integer({ min: 50, max: 4000 });
const sheet = fc.record({ width: length, height: length });
const view = fc.record({
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
  zoom: fc.double({ min: 0.1, max: 2, noNaN: true }),
});

describe('the viewport', () => {
  test('starts at life size and never shrinks three chained stages below what can be read', () => {
    const chain = { width: 18 * 2 + 164 + 2 * 242, height: 420 };
    expect(fittingZoom(chain, window, false)).toBe(0.8);
    expect(fittingZoom(chain, window, true)).toBeCloseTo(0.58, 2);
    expect(fittingZoom({ width: 100, height: 100 }, window, false)).toBe(1);
    expect(fittingZoom(chain, { width: 0, height: 0 }, true)).toBe(1);
  });

  test('what is under the pointer stays there while it zooms', () => {
    fc.assert(
      fc.property(view, fc.double({ min: 0.01, max: 10, noNaN: true }), (before, to) => {
        const at = { x: 120, y: 80 };
        const after = zoomedAt(before, to, at);
        expect((at.x - after.x) / after.zoom).toBeCloseTo((at.x - before.x) / before.zoom, 3);
        expect(after.zoom).toBeGreaterThanOrEqual(0.1);
        expect(after.zoom).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('the sheet can’t be lost, and one that fits lies wholly in the window', () => {
    fc.assert(
      fc.property(view, sheet, (wanted, size) => {
        const { x, y, zoom } = within(wanted, size, window);
        expect(x + size.width * zoom).toBeGreaterThanOrEqual(
          Math.min(window.width, size.width * zoom) - 48.01,
        );
        expect(x).toBeLessThanOrEqual(window.width);
        expect(y).toBeLessThanOrEqual(window.height);
        if (size.width * zoom <= window.width) expect(x).toBeGreaterThanOrEqual(0);
        expect(within({ x, y, zoom }, size, window)).toEqual({ x, y, zoom });
      }),
    );
  });

  test('shows what is asked for, and moves nothing that is in view', () => {
    fc.assert(
      fc.property(view, (before) => {
        const area = { x: 100, y: 200, width: 60, height: 40 };
        const after = showing(before, area, window);
        const left = after.x + area.x * after.zoom;
        expect(left).toBeGreaterThanOrEqual(15.99);
        expect(left + area.width * after.zoom).toBeLessThanOrEqual(window.width - 15.99);
        const again = showing(after, area, window);
        expect(again.x).toBeCloseTo(after.x, 6);
        expect(again.y).toBeCloseTo(after.y, 6);
      }),
    );
  });

  test('draws all that can be seen', () => {
    fc.assert(
      fc.property(view, (any) => {
        expect(covers(drawnArea(any, window), any, window)).toBe(true);
      }),
    );
  });
});
