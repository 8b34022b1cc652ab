import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTranslator } from './translator';
import { zhCN } from './zh-CN';

const translate = createTranslator({
  'Choose another name.': '请使用其他名称。',
  'There is no builder named {{0}}.': '没有名为 {{0}} 的构建器。',
  'The node {{0}} of {{1}} can’t be reached: {{2}}.': '无法连接 {{1}} 的节点 {{0}}：{{2}}。',
  'The node {{0}}.': '节点 {{0}}。',
  'On {{0}}: {{1}}': '{{0}}：{{1}}',
  '{{0}} is no image name: {{1}}.': '{{0}} 不是镜像名称：{{1}}。',
  '{{0}} is no image.': '{{0}} 不是镜像。',
  '{{0}} {{1}} files were written.': '{{0}} 已写入 {{1}} 个文件。',
  'it did not answer': '它没有响应',
  'It redirects to {{0}}.': '它重定向到 {{0}}。',
  'The step': '此步骤',
  '{{0}} needs an emulator.': '{{0}} 需要模拟器。',
});

describe('the translation of a core text', () => {
  it.each([
    ['exactly', 'Choose another name.', '请使用其他名称。'],
    ['by its template', 'There is no builder named big.', '没有名为 big 的构建器。'],
    ['with its values in another order', 'The node a of b can’t be reached: x.', '无法连接 b 的节点 a：x。'],
    [
      'with a text as value',
      'The node a of b can’t be reached: it did not answer.',
      '无法连接 b 的节点 a：它没有响应。',
    ],
    [
      'with a value that lost its capital and its full stop',
      'The node a of b can’t be reached: it redirects to c.',
      '无法连接 b 的节点 a：它重定向到 c。',
    ],
    [
      'by the template with most characters',
      'The node a of b can’t be reached: c.',
      '无法连接 b 的节点 a：c。',
    ],
    [
      'with a sentence as first value',
      'Choose another name. 3 files were written.',
      '请使用其他名称。已写入 3 个文件。',
    ],
    ['without a gap between Chinese texts', 'The step needs an emulator.', '此步骤需要模拟器。'],
    ['with the gap beside other values', 'RUN make needs an emulator.', 'RUN make 需要模拟器。'],
    ['with an empty value', 'There is no builder named .', '没有名为  的构建器。'],
    ['with braces in a value', 'There is no builder named {{0}}{{1}}.', '没有名为 {{0}}{{1}} 的构建器。'],
    ['with a value of several lines', 'There is no builder named a\nb.', '没有名为 a\nb 的构建器。'],
    [
      'with what replace() would take for a pattern',
      'There is no builder named $&$1.',
      '没有名为 $&$1 的构建器。',
    ],
    ['with a full stop that the table doesn’t have', 'It did not answer.', '它没有响应。'],
  ])('is found %s', (_, english, chinese) => expect(translate(english)).toBe(chinese));

  it.each(['', ' ', 'failed to solve: unexpected EOF', 'There is', '__proto__', 'constructor'])(
    'is not made up for other texts: %j',
    (text) => expect(translate(text)).toBeUndefined(),
  );

  it('takes time that grows with the text’s length only', () => {
    const chinese = createTranslator(zhCN);
    const time = (text: string): number => {
      const start = performance.now();
      chinese(text);
      return performance.now() - start;
    };
    const hostile = (times: number): string => 'On a: '.repeat(times) + ' can’t be reached: '.repeat(times);
    time(hostile(100));
    const short = Math.min(...[1, 2, 3].map(() => time(hostile(2_000))));
    const long = Math.min(...[1, 2, 3].map(() => time(hostile(20_000))));
    expect(long).toBeLessThan(Math.max(short, 1) * 60);
  });
});

describe('the Chinese table', () => {
  const chinese = createTranslator(zhCN);
  // Not words of the core, and nothing that a template begins or ends with.
  const value = fc.stringMatching(/^[A-Z]{3,8}(-[A-Z]{2,4})?$/);

  it('finds each text again with whatever is in it', () => {
    const entries = Object.entries(zhCN);
    fc.assert(
      fc.property(
        fc.constantFrom(...entries),
        fc.array(value, { minLength: 5, maxLength: 5 }),
        (entry, values) => {
          const [english, expected] = entry.map((text) =>
            text.replace(/{{(\d+)}}/g, (_, number) => values[Number(number)]!),
          );
          expect(chinese(english!)).toBe(expected);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('survives any text', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom(...Object.keys(zhCN), '{{0}}', ' ', ': '), { maxLength: 8 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        expect(chinese(text)).not.toBe('');
      }),
    );
  });
});
