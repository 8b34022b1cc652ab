import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge';

const read = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('parseChallenges', () => {
  it('reads what registries send', () => {
    expect(
      read('Bearer realm="https://auth.example/token",service="r.example",scope="repository:a/b:pull,push"'),
    ).toEqual([
      [
        'bearer',
        { realm: 'https://auth.example/token', service: 'r.example', scope: 'repository:a/b:pull,push' },
      ],
    ]);
    expect(read('Basic realm="a \\"b\\" c"')).toEqual([['basic', { realm: 'a "b" c' }]]);
    expect(read('Negotiate, Basic realm=x , BEARER Realm="y", error="z"')).toEqual([
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'y', error: 'z' }],
    ]);
    expect(read('')).toEqual([]);
    expect(read('Bearer realm="unfinished')).toEqual([['bearer', {}]]);
  });

  it('reads whatever it is made of', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
    const challenge = fc.record({
      scheme: name,
      parameters: fc.uniqueArray(fc.tuple(name, fc.string({ unit: fc.constantFrom(...'ab,= "\\:/') })), {
        selector: ([key]) => key,
        maxLength: 4,
      }),
    });
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
        const header = challenges
          .map(({ scheme, parameters }) => {
            const list = parameters.map(([key, value]) => `${key}="${value.replace(/["\\]/g, '\\$&')}"`);
            return `${scheme} ${list.join(',')}`;
          })
          .join(', ');
        expect(read(header)).toEqual(
          challenges.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]),
        );
      }),
    );
  });

  it('ends, whatever it is given', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseChallenges(text))));
  });
});
