import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignHistory } from './history';

const layer = (created_by: string): object => ({ created_by });
const empty = (created_by: string): object => ({ created_by, empty_layer: true });
const aligned = (history: unknown, layers: number): [string, number | undefined][] =>
  alignHistory(history, layers).map((step) => [step.createdBy, step.layer]);

describe('alignHistory', () => {
  it('counts the steps that made a layer', () => {
    expect(aligned([layer('ADD'), empty('ENV'), layer('RUN')], 2)).toEqual([
      ['ADD', 0],
      ['ENV', undefined],
      ['RUN', 1],
    ]);
  });

  it('puts a history that is too short at the end, as the base has none', () => {
    expect(aligned([layer('COPY'), empty('CMD')], 3)).toEqual([
      ['', 0],
      ['', 1],
      ['COPY', 2],
      ['CMD', undefined],
    ]);
    expect(aligned(undefined, 1)).toEqual([['', 0]]);
  });

  it('goes by the words where a tool marks nothing as empty', () => {
    const history = ['ADD file:1 in /', '/bin/sh -c #(nop)  CMD ["sh"]', 'ENV A=1', 'RUN make'].map(layer);
    expect(aligned(history, 2).map(([, position]) => position)).toEqual([0, undefined, undefined, 1]);
  });

  it('gives a squashed image’s layer to the last step that made one', () => {
    expect(aligned([layer('ADD'), layer('RUN a'), layer('RUN b')], 1)).toEqual([
      ['ADD', undefined],
      ['RUN a', undefined],
      ['RUN b', 0],
    ]);
  });

  it('names every layer once and in order, whatever the history', () => {
    const step = fc.record(
      {
        created_by: fc.oneof(fc.string(), fc.constantFrom('ENV A=1', 'RUN x', 'CMD y')),
        empty_layer: fc.oneof(fc.boolean(), fc.string()),
        created: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.array(step), fc.anything()), fc.nat(20), (history, layers) => {
        const positions = alignHistory(history, layers).flatMap((one) => one.layer ?? []);
        expect(positions).toEqual(Array.from({ length: layers }, (_, position) => position));
      }),
    );
  });
});
