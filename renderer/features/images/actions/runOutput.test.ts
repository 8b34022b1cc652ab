import { expect, it } from 'vitest';
import { RunOutput } from './runOutput';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('keeps lines, also where a character is cut in two', () => {
  const output = new RunOutput();
  const [first, rest] = [bytes('grüße\nend').slice(0, 3), bytes('grüße\nend').slice(3)];
  output.add('stdout', first);
  output.add('stderr', bytes('oops\r\n'));
  output.add('stdout', rest);
  expect(output.text()).toBe('oops\ngrüße\nend');
});

it('takes out what only a terminal understands', () => {
  const output = new RunOutput();
  output.add('stdout', bytes('\u001b[31mred\u001b[0m 10%\r20%\n'));
  expect(output.text()).toBe('20%');
});

it('keeps the newest lines only, and no endless line', () => {
  const output = new RunOutput();
  for (let line = 0; line < 6000; line++) output.add('stdout', bytes(`${line}\n`));
  expect(output.dropped).toBe(1000);
  expect(output.text().split('\n')[0]).toBe('1000');
  output.add('stdout', bytes('x'.repeat(300_000)));
  expect(output.text().length).toBeLessThan(150_000);
});
