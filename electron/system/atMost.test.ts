import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atMost } from './atMost';

test('never more at once than allowed, each done once, failures in their own place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.record({ ms: fc.nat(3), fails: fc.boolean() }), { maxLength: 12 }),
      async (limit, works) => {
        const run = atMost(limit);
        let [running, most] = [0, 0];
        const results = await Promise.allSettled(
          works.map(({ ms, fails }, index) =>
            run(async () => {
              most = Math.max(most, ++running);
              await sleep(ms);
              running -= 1;
              if (fails) throw new Error(String(index));
              return index;
            }),
          ),
        );
        expect(most).toBe(Math.min(limit, works.length));
        expect(results.map(({ status }) => status === 'rejected')).toEqual(works.map(({ fails }) => fails));
      },
    ),
    { numRuns: 30 },
  );
});
