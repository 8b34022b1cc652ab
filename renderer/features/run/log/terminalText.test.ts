import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { colourAfter, cutToColumns, plainText, terminalText } from './terminalText';

const esc = '\u001b';

describe('terminalText', () => {
  it.each([
    ['plain text', 'plain text', 'plain text'],
    ['tabs', 'a\tb', 'a\tb'],
    ['colours', `${esc}[1;31mred${esc}[0m`, `${esc}[1;31mred${esc}[0m`],
    ['true colours', `${esc}[38:2::1:2:3mx${esc}[m`, `${esc}[38:2::1:2:3mx${esc}[m`],
    ['cursor movements', `a${esc}[2Ab${esc}[Hc${esc}[2Jd${esc}[Ke`, 'abcde'],
    ['private modes', `${esc}[?1049hx${esc}[?25l${esc}[>4;1m`, 'x'],
    ['titles', `${esc}]0;title\u0007x`, 'x'],
    ['links', `${esc}]8;;http://x${esc}\\text${esc}]8;;${esc}\\`, 'text'],
    ['clipboard writes that never end', `a${esc}]52;c;aGVsbG8=`, 'a'],
    ['device control', `${esc}Pq#0${esc}\\x`, 'x'],
    ['character sets and resets', `${esc}(0a${esc}c`, 'a'],
    ['C1 controls', '\u009b31mred\u009d0;t\u009cx', `${esc}[31mredx`],
    ['a lone escape at the end', `a${esc}`, 'a'],
    ['a progress bar', '10%\r50%\r100%', '100%'],
    ['a line that ends in a return', '10%\r100%\r', '100%'],
    ['a cleared line', `10%\r${esc}[K`, '10%'],
    ['a coloured bar', `${esc}[32m##\r${esc}[32m####${esc}[0m`, `${esc}[32m####${esc}[0m`],
    ['a spinner', 'work |\b/\b-', 'work -'],
    ['bells and zeros', 'a\u0007\u0000b\u007f', 'ab'],
  ])('%s', (_, line, expected) => {
    expect(terminalText(line)).toBe(expected);
  });

  it('lets nothing but colours through', () => {
    const unit = fc.constantFrom(
      esc,
      '[',
      ']',
      ';',
      '?',
      '3',
      '1',
      'm',
      'A',
      'P',
      '\\',
      '\r',
      '\b',
      '\u0007',
      '\u009b',
      '\u009d',
      'é',
      '中',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (line) => {
        const shown = plainText(terminalText(line));

        expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes a long hostile line in a moment', () => {
    const begun = performance.now();
    terminalText(`${esc}]`.repeat(20_000) + `${esc}[`.repeat(20_000) + 'x\b'.repeat(500));
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe('colourAfter', () => {
  it.each([
    ['', 'plain', ''],
    ['', `${esc}[31mred`, `${esc}[31m`],
    [`${esc}[31m`, `${esc}[1mbold`, `${esc}[31m${esc}[1m`],
    [`${esc}[31m`, `end${esc}[0m`, ''],
    [`${esc}[31m`, `end${esc}[m`, ''],
    [`${esc}[31m`, `${esc}[0;32mgreen`, `${esc}[0;32m`],
    ['', `${esc}[31m`.repeat(100), ''],
  ])('%j then %j', (before, line, expected) => {
    expect(colourAfter(before, line)).toBe(expected);
  });
});

describe('cutToColumns', () => {
  it('counts wide characters as two', () => {
    expect(cutToColumns('abcdef', 4)).toBe('abcd');
    expect(cutToColumns('ab', 4)).toBe('ab');
    expect(cutToColumns('中文字', 5)).toBe('中文');
    expect(cutToColumns('🚀x', 1)).toBe('');
  });
});
