import { expect, it } from 'vitest';
import { instructionText, splitInstruction } from './instruction';

it.each([
  ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
  ['/bin/sh -c #(nop) ADD file:1 in / ', 'ADD file:1 in /'],
  ['/bin/sh -c apk add curl', 'RUN apk add curl'],
  ['RUN /bin/sh -c apk add curl # buildkit', 'RUN apk add curl'],
  ['RUN |2 A=1 B=x y /bin/sh -c make # buildkit', 'RUN make'],
  ['|1 A=1 /bin/sh -c make', 'RUN make'],
  ['COPY hello /hello # buildkit', 'COPY hello /hello'],
  ['bazel build ...', 'bazel build ...'],
  ['', ''],
])('shows %s as %s', (createdBy, text) => {
  expect(instructionText(createdBy)).toBe(text);
});

it('tells the keyword from the rest', () => {
  expect(splitInstruction('COPY a b')).toEqual({ keyword: 'COPY', rest: 'a b' });
  expect(splitInstruction('bazel build')).toEqual({ keyword: '', rest: 'bazel build' });
  expect(splitInstruction('USER')).toEqual({ keyword: 'USER', rest: '' });
});
