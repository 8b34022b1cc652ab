import { expect, it } from 'vitest';
import { activities } from './activities';

it('passes on what is being done, then what came of it', async () => {
  const seen: string[] = [];
  const working = activities(async (tell) => {
    tell('one');
    await new Promise((resolve) => setTimeout(resolve, 5));
    tell('two');
    tell('three');
    await new Promise((resolve) => setTimeout(resolve, 5));
    return 4;
  });
  let step = await working.next();
  for (; !step.done; step = await working.next()) seen.push(step.value);
  expect(seen).toEqual(['one', 'three']);
  expect(step.value).toBe(4);
});

it('fails as the work does', async () => {
  const working = activities(() => Promise.reject(new Error('no')));
  await expect(working.next()).rejects.toThrow('no');
});
