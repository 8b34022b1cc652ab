import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineEnds, pieces } from '../corpus/pieces';
import { parseDockerfile } from '../parse';
import {
  definitionsAt,
  foldingRanges,
  hoverAt,
  imagesIn,
  occurrenceAt,
  outline,
  readDocument,
  referencesAt,
  renameableAt,
  renameAt,
  type TextEdit,
} from './index';

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...pieces) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);
const anyDockerfile = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom(...lineEnds))
  .map(([lines, end]) => lines.join(end));

/** The text without its `|`, and where that stood. */
function marked(text: string): { document: ReturnType<typeof readDocument>; offset: number } {
  return { document: readDocument(text.replace('|', '')), offset: text.indexOf('|') };
}
/** The lines (from 1) and words that spans cover. */
const told = (text: string, spans: readonly { start: number; end: number }[]): string[] =>
  spans.map(({ start, end }) => `${text.slice(0, start).split('\n').length}:${text.slice(start, end)}`);
function references(text: string): string[] {
  const { document, offset } = marked(text);
  return told(document.text, referencesAt(document, offset, true));
}
function definitions(text: string): string[] {
  const { document, offset } = marked(text);
  return told(document.text, definitionsAt(document, offset));
}
const apply = (text: string, edits: readonly TextEdit[]): string =>
  edits
    .toReversed()
    .reduce((done, { span, text: put }) => done.slice(0, span.start) + put + done.slice(span.end), text);
function rename(text: string, name: string): string {
  const { document, offset } = marked(text);
  const edits = renameAt(document, offset, name);
  return typeof edits === 'string' ? edits : apply(document.text, edits);
}

const stages = `FROM alpine AS Build
RUN --mount=type=bind,from=BUILD,target=/x true
FROM build AS test
COPY --from=buil|d --link /a /b
COPY --from=0 /c /d
ONBUILD COPY --from=build /e /f
FROM test
COPY --from=other/build /g /h
`;

describe('stages', () => {
  it('are found wherever they are named, by number too', () => {
    expect(references(stages)).toEqual(['1:Build', '2:BUILD', '3:build', '4:build', '5:0', '6:build']);
    expect(definitions(stages)).toEqual(['1:Build']);
  });

  it('of the same name: FROM takes the nearest above, COPY the last', () => {
    const text = 'FROM a AS x\nFROM x AS y\nFROM b AS x\nFROM c\nCOPY --from=x / /\n';
    expect(definitions(text.replace('FROM x', 'FROM |x'))).toEqual(['1:x']);
    expect(definitions(text.replace('from=x', 'from=x|'))).toEqual(['3:x']);
  });

  it('without a name are found by their number', () => {
    expect(definitions('FROM a\nFROM b\nCOPY --from=|0 / /\n')).toEqual(['1:FROM a']);
    expect(definitions('FROM a\nCOPY --from=|7 / /\n')).toEqual([]);
  });

  it('are renamed everywhere; numbers and images of a like name stay', () => {
    expect(rename(stages, 'Compile')).toBe(`FROM alpine AS Compile
RUN --mount=type=bind,from=Compile,target=/x true
FROM compile AS test
COPY --from=Compile --link /a /b
COPY --from=0 /c /d
ONBUILD COPY --from=Compile /e /f
FROM test
COPY --from=other/build /g /h
`);
  });

  it('are not renamed to what is no name or another stage’s', () => {
    expect(rename(stages, '1st')).toBe('bad-stage-name');
    expect(rename(stages, 'scratch')).toBe('reserved-stage-name');
    expect(rename(stages, 'TEST')).toBe('stage-exists');
    expect(rename('FROM a\nRUN tr|ue', 'x')).toBe('nothing-here');
  });
});

const variables = `ARG VERSION=1 OTHER
FROM a:\${VERSION:-\${OTHER}} AS build
ARG VERSION
ENV LABEL="v$VERSION" OTHER=x
RUN echo '$VERSION' "\${VERSION%-*}" \\$VERSION \\
  && for OTHER in a b; do echo $OTHER; done
COPY <<EOF /version
$VERSION \\$VERSION
EOF
CMD echo $VERSION $LABEL
FROM build
RUN echo $LABEL $VERSION $UNKNOWN
`;
const onVersion = variables.replace('ARG VERSION=', 'ARG VER|SION=');

describe('variables', () => {
  it('are found in every form; escaped ones, shell variables and run time are left out', () => {
    expect(references(onVersion)).toEqual([1, 2, 3, 4, 5, 5, 8, 12].map((line) => `${line}:VERSION`));
    const onLabel = variables.replace('$LABEL $V', '$LAB|EL $V');
    expect(references(onLabel)).toEqual(['4:LABEL', '10:LABEL', '12:LABEL']);
    expect(references(variables.replace('OTHER=x', 'OTH|ER=x'))).toEqual(['4:OTHER']);
  });

  it('are renamed inside of braces, defaults and heredocs', () => {
    const renamed = rename(onVersion, 'TAG');
    expect(renamed).toContain('ARG TAG=1 OTHER\nFROM a:${TAG:-${OTHER}} AS build\nARG TAG\n');
    expect(renamed).toContain(`echo '$TAG' "\${TAG%-*}" \\$VERSION`);
    expect(renamed).toContain('\n$TAG \\$VERSION\n');
    expect(renamed).toContain('CMD echo $VERSION $LABEL');
  });

  it('are not renamed to what is taken, nor when BuildKit sets them', () => {
    expect(rename(onVersion, 'LABEL')).toBe('variable-exists');
    expect(rename(onVersion, 'a-b')).toBe('bad-variable-name');
    expect(rename('FROM a\nARG TARGET|ARCH\nRUN echo $TARGETARCH', 'X')).toBe('set-by-buildkit');
  });

  it('of different stages that are not built on each other are different', () => {
    expect(references('FROM a\nENV X=1\nRUN $X\nFROM b\nENV X=2\nRUN $|X\n')).toEqual(['5:X', '6:X']);
  });
});

describe('hover', () => {
  it.each([
    ['FR|OM a', { kind: 'topic', topic: 'instruction/FROM' }],
    ['from a\nonbuild ru|n x', { kind: 'topic', topic: 'instruction/RUN' }],
    ['FROM a\nCOPY --li|nk a b', { kind: 'topic', topic: 'flag/COPY --link' }],
    ['FROM a\nRUN --mount=type=ca|che,dst=/x y', { kind: 'topic', topic: 'mount/cache' }],
    ['FROM a\nRUN --mount=type=cache,ds|t=/x y', { kind: 'topic', topic: 'mountKey/target' }],
    ['FROM a\nRUN --network=no|ne y', { kind: 'topic', topic: 'value/network none' }],
    ['# syn|tax=x\nFROM a', { kind: 'topic', topic: 'directive/syntax' }],
    ['FROM scr|atch', { kind: 'topic', topic: 'value/base scratch' }],
    ['FROM alp|ine:3', { kind: 'image', reference: 'alpine:3', line: 1 }],
    ['FROM a\nCOPY --from=bus|ybox a b', { kind: 'image', reference: 'busybox', line: 2 }],
    ['FROM a AS b\nFROM b|', { kind: 'stage', index: 0 }],
    [
      'FROM a\nARG TARGET|ARCH',
      { kind: 'variable', name: 'TARGETARCH', line: 2, sets: true, topic: 'automatic/TARGETARCH' },
    ],
    ['FROM a\nENV A=1\nRUN $|A', { kind: 'variable', name: 'A', line: 3, sets: false }],
    ['FROM a\nRUN echo $HO|ME', { kind: 'variable', name: 'HOME', line: 2, sets: false }],
    ['FROM a\nRUN ec|ho', undefined],
    ['# a com|ment\nFROM a', undefined],
  ])('%j', (text, expected) => {
    const { document, offset } = marked(text);
    expect(hoverAt(document, offset)?.subject).toEqual(expected);
  });
});

it('outlines the stages with their instructions', () => {
  const entries = outline(readDocument('ARG A=1\nFROM x AS One\nRUN a \\\n  b\nFROM y\n'));
  expect(
    entries.map(({ name, detail, children }) => [name, detail, children.map((one) => one.name)]),
  ).toEqual([
    ['ARG', 'A=1', []],
    ['one', 'FROM x', ['RUN']],
    ['stage-1', 'FROM y', []],
  ]);
});

it('folds stages, long instructions, heredocs and comments', () => {
  const text = '# a\n# b\nFROM x\nRUN a \\\n  b\nCOPY <<A <<B /\na\nA\nb\nB\nFROM y\n';
  expect(foldingRanges(readDocument(text)).map(({ kind, start, end }) => `${kind} ${start}-${end}`)).toEqual([
    'comment 1-2',
    'stage 3-10',
    'instruction 4-5',
    'instruction 6-10',
    'heredoc 7-8',
    'heredoc 9-10',
  ]);
});

it('names the images of a file', () => {
  const text =
    'FROM alpine:3 AS a\nFROM a\nFROM scratch\nFROM $X\nCOPY --from=busybox / /\nCOPY --from=0 / /\n' +
    'RUN --mount=from=a/b,target=/ x';
  expect(imagesIn(readDocument(text))).toEqual(['alpine:3', 'busybox', 'a/b']);
});

it('throws on no text, and every place lies in it', () => {
  fc.assert(
    fc.property(anyDockerfile, fc.nat(), (text, seed) => {
      const document = readDocument(text);
      const offset = seed % (text.length + 1);
      const entries = outline(document).flatMap((entry) => [entry, ...entry.children]);
      const spans = [
        ...document.occurrences.map(({ span }) => span),
        ...definitionsAt(document, offset),
        ...entries.flatMap(({ span, nameSpan }) => [span, nameSpan]),
      ];
      for (const { start, end } of spans) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
      for (const { name, span } of document.occurrences) {
        // A name that a continuation breaks is longer in the file.
        if (span.end - span.start !== name.length) continue;
        expect(text.slice(span.start, span.end).toLowerCase()).toBe(name.toLowerCase());
      }
      hoverAt(document, offset);
      renameableAt(document, offset);
      for (const { start, end } of foldingRanges(document)) {
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.split('\n').length);
      }
    }),
    { numRuns: 1000 },
  );
});

it('renaming a stage changes nothing but its name', () => {
  fc.assert(
    fc.property(anyDockerfile, fc.nat(), (text, seed) => {
      const document = readDocument(text);
      const named = document.occurrences.filter(({ group }) => group.startsWith('stage:'));
      const chosen = named[seed % (named.length || 1)];
      if (chosen === undefined || occurrenceAt(document, chosen.span.start) !== chosen) return;
      const edits = renameAt(document, chosen.span.start, 'renamed-stage');
      if (typeof edits === 'string') return;
      const after = apply(text, edits);
      const lines = (source: string) => parseDockerfile(source).stages.map((stage) => stage.lines);
      const groups = (source: string) =>
        readDocument(source).occurrences.map(({ group, role }) => [group, role]);
      expect(lines(after)).toEqual(lines(text));
      expect(groups(after)).toEqual(groups(text));
    }),
    { numRuns: 1000 },
  );
});
