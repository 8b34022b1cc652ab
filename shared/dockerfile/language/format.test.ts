import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineEnds, pieces } from '../corpus/pieces';
import { quotedWords } from '../quotedWords';
import { readSource } from '../source';
import { splitInstruction } from '../splitInstruction';
import { formatDockerfile } from './index';

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...pieces) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);
const anyDockerfile = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom(...lineEnds))
  .map(([lines, end]) => lines.join(end));

const format = (text: string, indent = '    '): string => formatDockerfile(text, { indent });

describe('formatDockerfile', () => {
  it('puts a file into its usual form', () => {
    const text = `# syntax=docker/dockerfile:1
from   --platform=$BUILDPLATFORM    golang:1.26   as   build\t
  arg  TARGETOS   TARGETARCH
workdir /src
RUN   --mount=type=cache,target=/x \\
 --network=none \\
\t\tgo build -o  /out/app . \\
 && echo "a \\
  b"   \\
      && true
RUN a \\
 # why
  b
onbuild   copy   .   .
healthcheck  --interval=5s   cmd   true
COPY   a   b    /c/
cmd [ "a",   "b" ]
`;
    expect(format(text)).toBe(`# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS   TARGETARCH
WORKDIR /src
RUN --mount=type=cache,target=/x \\
    --network=none \\
    go build -o  /out/app . \\
    && echo "a \\
  b"   \\
    && true
RUN a \\
    # why
    b
ONBUILD COPY . .
HEALTHCHECK --interval=5s CMD true
COPY a b /c/
CMD [ "a",   "b" ]
`);
  });

  it.each([
    ['a heredoc’s body', 'RUN <<EOF\n  from x  \n\tcopy\t \nEOF\n'],
    ['JSON over several lines', 'CMD ["a",\\\n "b"]\n'],
    ['a word that goes on in the next line', 'RUN ec\\\nho\n'],
    ['a string', 'ENV A="x \\\n   y"\n'],
    ['values with blanks in the old form', 'ENV A x \\\n   y\n'],
    ['what may be inside of a substitution', 'RUN echo "$(echo "a \\\n  b")"\n'],
    ['an escaped blank', '# escape=`\nRUN a\\ `\n   b\n'],
    ['comments above the first instruction', '  # syntax=x\n  # y\nFROM a\n'],
    ['what is no instruction', 'frum   x\n'],
  ])('leaves %s alone', (_what, text) => expect(format(text)).toBe(text));

  it('keeps line ends and a byte order mark', () => {
    expect(format('\uFEFF  from a \r\nrun b \\  \r\n c\r\n')).toBe('\uFEFFFROM a\r\nRUN b \\\r\n    c\r\n');
  });

  it('takes time in proportion to the text', () => {
    for (const text of [
      `${' '.repeat(500_000)}x`,
      'RUN a \\\n'.repeat(20_000),
      `RUN ${'a '.repeat(200_000)}`,
    ]) {
      const started = performance.now();
      format(text);
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });
});

/** What a Dockerfile says, as far as formatting has to keep it: blanks outside of quotes count as one. */
function meaning(text: string): unknown {
  const { directives, instructions } = readSource(text);
  const { escape } = directives;
  return {
    directives,
    instructions: instructions.map(({ text: joined, heredocs }) => {
      const outer = splitInstruction(joined, escape);
      const inner = outer.keyword === 'ONBUILD' ? splitInstruction(outer.rest, escape) : outer;
      return {
        keywords: [outer.keyword, inner.keyword],
        flags: [...outer.flags, ...inner.flags],
        words: quotedWords(inner.rest, escape).map((word, index) =>
          (inner.keyword === 'FROM' && index === 1) || (inner.keyword === 'HEALTHCHECK' && index === 0)
            ? word.toUpperCase()
            : word,
        ),
        heredocs: heredocs.map(({ terminator, expand, body }) => [
          terminator,
          expand,
          text.slice(body.start, body.end),
        ]),
      };
    }),
  };
}

it('keeps the meaning, and formatting again changes nothing', () => {
  fc.assert(
    fc.property(anyDockerfile, fc.constantFrom('    ', '\t', ' '), (text, indent) => {
      const formatted = format(text, indent);
      expect(meaning(formatted)).toEqual(meaning(text));
      expect(format(formatted, indent)).toBe(formatted);
    }),
    { numRuns: 2000 },
  );
});
