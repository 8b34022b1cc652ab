import { expect, it } from 'vitest';
import { parseIgnoreFile } from './ignoreFile';

it('reads patterns as moby does', () => {
  const text = '\uFEFF# comment\n\n  *.log  \r\n/abs/./path/\n!/kept\n ! spaced \n #no comment\n/\n!\n';
  expect(parseIgnoreFile(text)).toEqual(['*.log', 'abs/path', '!kept', '!spaced', '#no comment', '/', '!']);
});
