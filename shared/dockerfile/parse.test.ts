import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildArguments, parseDockerfile, stageAtLine, targetNames } from './index';

const text = (...lines: string[]) => lines.join('\n');
const ranges = (source: string) =>
  parseDockerfile(source).stages.flatMap(({ instructions }) =>
    instructions.map(({ keyword, lines }) => `${keyword} ${lines.start}-${lines.end}`),
  );

describe('directives', () => {
  it('are read from the top, in any case', () => {
    const source = text('# syntax=docker/dockerfile:1 -x', '#Escape = `', '# check=skip=all', 'FROM a');
    expect(parseDockerfile(source).directives).toEqual({
      syntax: 'docker/dockerfile:1 -x',
      check: 'skip=all',
      escape: '`',
    });
  });

  it('end with the first line that is none, and count once', () => {
    expect(parseDockerfile(text('# note', '# syntax=a')).directives).toEqual({ escape: '\\' });
    expect(parseDockerfile(text('', '# syntax=a')).directives).toEqual({ escape: '\\' });
    expect(parseDockerfile(text('# constructor=a', '# syntax=a')).directives).toEqual({ escape: '\\' });
    expect(parseDockerfile(text('# syntax=a', '# syntax=b')).directives.syntax).toBe('a');
    expect(parseDockerfile(text('# escape=x')).directives.escape).toBe('\\');
  });

  it('may follow a byte order mark or a "#!" line, which escape may not', () => {
    expect(parseDockerfile('\uFEFF# escape=`').directives.escape).toBe('`');
    expect(parseDockerfile(text('#!/bin/x', '# syntax=a', '# escape=`')).directives).toEqual({
      syntax: 'a',
      escape: '\\',
    });
  });
});

describe('instructions', () => {
  it('go on over continuation lines, with comments and empty lines in between', () => {
    const source = text(
      'FROM a',
      'RUN a \\',
      '  # note',
      '',
      '  && b \\ ',
      '  && c',
      'run d',
      'RUN e\\\\',
      'CMD f',
    );
    expect(ranges(source)).toEqual(['RUN 2-6', 'RUN 7-7', 'RUN 8-8', 'CMD 9-9']);
    expect(parseDockerfile(source).stages[0]?.instructions[0]?.rest).toBe('a   && b   && c');
  });

  it('continue with the escape character of the directive only', () => {
    expect(ranges(text('# escape=`', 'FROM a', 'RUN a `', ' b', 'COPY c\\', 'CMD d'))).toEqual([
      'RUN 3-4',
      'COPY 5-5',
      'CMD 6-6',
    ]);
  });

  it('take the same lines with Windows line ends', () => {
    const source = text('FROM a', 'RUN a \\', ' b', 'RUN <<EOF', 'FROM x', 'EOF', 'CMD c');
    expect(ranges(source.replaceAll('\n', '\r\n'))).toEqual(ranges(source));
    expect(ranges(source)).toEqual(['RUN 2-3', 'RUN 4-6', 'CMD 7-7']);
  });

  it.each([
    ['one', ['RUN <<EOF', 'x', 'EOF']],
    ['quoted, with space', ['RUN << "E F" cat', 'x', 'E F']],
    ['with tabs', ['RUN <<-EOF', ' EOF', '\tEOF']],
    ['two in one instruction', ['COPY <<A <<B /x/', 'B', 'A', 'x', 'B']],
    ['with a file descriptor', ['RUN 3<<EOF cat', 'EOF']],
    ['behind a continuation', ['RUN a \\', ' <<EOF', 'x', 'EOF']],
    ['in ONBUILD', ['ONBUILD RUN <<EOF', 'x', 'EOF']],
    ['next to a substitution of the shell', ['RUN echo ${x:0:3} <<EOF', 'x', 'EOF']],
    ['in quotes: none', ['RUN echo "<<EOF"']],
    ['a here-string: none', ['RUN cat <<<EOF']],
    ['in a JSON array: none', ['RUN ["cat", "<<EOF"]']],
    ['in an instruction that takes none', ['ENTRYPOINT cat <<EOF']],
    ['behind an open quote: none', ["RUN echo it's <<EOF"]],
  ])('contain their heredocs: %s', (_case, lines) => {
    const keyword = lines[0]?.split(' ')[0];
    expect(ranges(text('FROM a', ...lines, 'CMD b'))).toEqual([
      `${keyword} 2-${lines.length + 1}`,
      `CMD ${lines.length + 2}-${lines.length + 2}`,
    ]);
  });

  it('reach to the end of the file with a heredoc that is not ended', () => {
    expect(ranges(text('FROM a', 'RUN <<EOF', 'FROM b', ''))).toEqual(['RUN 2-3']);
  });
});

const multiStage = text(
  '# a comment', // 1
  'ARG VERSION=1.2 EMPTY', // 2
  'ARG VERSION="1.3"', // 3
  'FROM --platform=$BUILDPLATFORM golang:$VERSION AS Build', // 4
  'ARG TARGETARCH', // 5
  'ARG VERSION', // 6
  'ARG FLAGS="-s -w"', // 7
  'RUN --mount=type=cache,target=/c --mount=type=bind,FROM=tools,target=/t go build', // 8
  '', // 9
  'from alpine', // 10
  'COPY --chown=1:1 --from=build /a /b', // 11
  'ONBUILD COPY --from=0 /x /y', // 12
  '', // 13
  'FROM build as final', // 14
);

describe('stages', () => {
  const syntax = parseDockerfile(multiStage);

  it('have names, bases, platforms and lines', () => {
    expect(
      syntax.stages.map(({ index, name, base, platformFlag, lines }) => [
        index,
        name,
        base,
        platformFlag,
        lines,
      ]),
    ).toEqual([
      [0, 'build', 'golang:$VERSION', '$BUILDPLATFORM', { start: 4, end: 8 }],
      [1, undefined, 'alpine', undefined, { start: 10, end: 12 }],
      [2, 'final', 'build', undefined, { start: 14, end: 14 }],
    ]);
  });

  it('have sources and arguments', () => {
    expect(syntax.stages[0]?.sources).toEqual([
      { kind: 'mount', from: 'tools', lines: { start: 8, end: 8 } },
    ]);
    expect(syntax.stages[1]?.sources).toEqual([
      { kind: 'copy', from: 'build', lines: { start: 11, end: 11 } },
    ]);
    expect(syntax.stages[1]?.triggerSources).toEqual([
      { kind: 'copy', from: '0', lines: { start: 12, end: 12 } },
    ]);
    expect(syntax.globalArgs).toEqual([
      { name: 'VERSION', default: '1.2', line: 2 },
      { name: 'EMPTY', line: 2 },
      { name: 'VERSION', default: '"1.3"', line: 3 },
    ]);
    expect(syntax.stages[0]?.args).toEqual([
      { name: 'TARGETARCH', line: 5 },
      { name: 'VERSION', line: 6 },
      { name: 'FLAGS', default: '"-s -w"', line: 7 },
    ]);
  });

  it('are found by line and by target name', () => {
    expect([1, 4, 9, 10, 14, 99].map((line) => stageAtLine(syntax, line)?.index)).toEqual([
      undefined,
      0,
      0,
      1,
      2,
      2,
    ]);
    expect(targetNames(syntax)).toEqual(['build', 'final']);
  });

  it('offer each build argument once, without those that BuildKit sets', () => {
    expect(buildArguments(syntax).map(({ name, line }) => [name, line])).toEqual([
      ['VERSION', 2],
      ['EMPTY', 2],
      ['FLAGS', 7],
    ]);
  });

  it('are there while they are being typed', () => {
    expect(parseDockerfile(text('FROM', 'FROM a as', 'FROM a b c', 'COPY --from= x')).stages).toMatchObject([
      { base: '' },
      { base: 'a' },
      { base: 'a', sources: [] },
    ]);
    expect(parseDockerfile('').stages).toEqual([]);
  });
});

const anyDockerfile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array().map((bytes) => String.fromCharCode(...bytes)),
  fc
    .array(
      fc.constantFrom(
        'FROM a',
        ' AS b',
        'RUN <<E',
        'E',
        '\n',
        '\r\n',
        '\\',
        '`',
        '# escape=`',
        'ARG A=$A',
        '${A:-',
        '}',
        '"',
        "'",
        'COPY --from=b',
        ' ',
        '\t',
        '--mount=from=c',
        'ONBUILD ',
        '\uFEFF',
        '\0',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
);

it('takes any text, and the lines of its instructions are in order and in the file', () => {
  fc.assert(
    fc.property(anyDockerfile, (source) => {
      const { stages } = parseDockerfile(source);
      let last = 0;
      for (const stage of stages) {
        expect(stage.lines.start).toBeGreaterThan(last);
        last = stage.lines.start;
        for (const { lines } of stage.instructions) {
          expect(lines.start).toBeGreaterThan(last);
          expect(lines.end).toBeGreaterThanOrEqual(lines.start);
          last = lines.end;
        }
        expect(stage.lines.end).toBeGreaterThanOrEqual(last);
        last = stage.lines.end;
      }
      expect(last).toBeLessThanOrEqual(source.split('\n').length);
    }),
    { numRuns: 1000 },
  );
});

it('reads 10 MB in 5,000 lines and 400 stages within 100 ms', () => {
  const filler = 'x'.repeat(2100);
  const lines = Array.from({ length: 5000 }, (_, i) => {
    if (i % 12 === 0) return `FROM base AS s${i}`;
    return i % 3 === 0 ? `RUN echo ${filler} \\` : `RUN echo <<<"${filler}"`;
  });
  const source = lines.join('\n');
  expect(source.length).toBeGreaterThan(9_500_000);
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    expect(parseDockerfile(source).stages.length).toBeGreaterThan(400);
    return performance.now() - started;
  });
  expect(Math.min(...times)).toBeLessThan(100);
});

it.each([
  ['a line of blanks', ' '.repeat(1_000_000)],
  ['a line of escapes and blanks', '\\ '.repeat(500_000)],
  ['a directive of blanks', `# syntax=a${' '.repeat(1_000_000)}b`],
  ['flags', `COPY ${'--a '.repeat(250_000)}`],
  ['open quotes', `ARG ${'"a '.repeat(300_001)}`],
  ['heredocs', `FROM a\n${'RUN <<A\n'.repeat(100_000)}`],
  ['ended heredocs', `FROM a\n${'RUN <<A\nA\n'.repeat(50_000)}`],
  ['heredocs in one instruction', `FROM a\nRUN ${'<<A '.repeat(100_000)}\n`],
  ['substitutions', `RUN ${'${a:-'.repeat(200_000)} <<A`],
  ['continuations', 'RUN a \\\n'.repeat(100_000)],
  ['stages', 'FROM a\n'.repeat(100_000)],
])('takes time in proportion to the text: %s', (_case, source) => {
  const started = performance.now();
  parseDockerfile(source);
  expect(performance.now() - started).toBeLessThan(1000);
});
