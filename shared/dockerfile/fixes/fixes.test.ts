import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../parse';
import { applyEdits, fixesFor, ignoreRule, SourceText, type Violation } from './index';

/** The texts that the fixes lead to. */
function fixed(text: string, rule: string, startLine: number, rest: Partial<Violation> = {}): string[] {
  const violation = { rule, message: '', startLine, endLine: startLine, ...rest };
  return fixesFor(new SourceText(text), violation).map(({ edits }) => applyEdits(text, edits));
}

// That BuildKit is content afterwards is proved in electron/checks/checks.integration.test.ts.
describe('fixes change what is wrong and nothing else', () => {
  test.each<[string, string, string, number, string[], Partial<Violation>?]>([
    ['the name of a stage', 'StageNameCasing', 'FROM a \\\n  as  Base\r\n', 1, ['FROM a \\\n  as  base\r\n']],
    ['AS', 'FromAsCasing', 'FROM a as b', 1, ['FROM a AS b']],
    [
      'FROM with its AS',
      'ConsistentInstructionCasing',
      'From a as b\n',
      1,
      ['FROM a AS b\n'],
      { message: "Command 'From' should match the case of the command majority (uppercase)" },
    ],
    [
      'a duplicate stage and its uses behind',
      'DuplicateStageName',
      'FROM x AS a\nFROM a AS a\nFROM a AS c\nCOPY --link --from=A /a /from=a\nRUN --mount=type=bind,from=a,target=/a a\nFROM y AS a\nCOPY --from=a / /\n',
      2,
      [
        'FROM x AS a\nFROM a AS a-2\nFROM a-2 AS c\nCOPY --link --from=a-2 /a /from=a\nRUN --mount=type=bind,from=a-2,target=/a a\nFROM y AS a\nCOPY --from=a-2 / /\n',
      ],
    ],
    ['a reserved stage name', 'ReservedStageName', 'FROM x AS context\n', 1, ['FROM x AS context-stage\n']],
    [
      'plain words',
      'JSONArgsRecommended',
      'FROM a\nCMD npm  start "it\'s me" \n',
      2,
      ['FROM a\nCMD ["npm", "start", "it\'s me"] \n'],
    ],
    [
      'a shell command',
      'JSONArgsRecommended',
      'CMD echo "$A" && b',
      1,
      ['CMD ["/bin/sh", "-c", "echo \\"$A\\" && b"]'],
    ],
    [
      'no shell command for Windows',
      'JSONArgsRecommended',
      'CMD echo %A% && b',
      1,
      [],
      { platforms: ['windows/amd64'] },
    ],
    ['one word', 'LegacyKeyValueFormat', 'ENV a  b\n', 1, ['ENV a=b\n']],
    ['some words', 'LegacyKeyValueFormat', 'ENV a b $c', 1, ['ENV a="b $c"']],
    ['quoted words', 'LegacyKeyValueFormat', 'ENV a "b c" d', 1, ['ENV a="b c"\\ d']],
    [
      'a maintainer',
      'MaintainerDeprecated',
      'MAINTAINER Me "x" $y\n',
      1,
      ['LABEL org.opencontainers.image.authors="Me \\"x\\" \\$y"\n'],
    ],
    [
      'the ignored instruction',
      'MultipleInstructionsDisallowed',
      'FROM a\r\nCMD a \\\r\n b\r\nCMD c\r\n',
      2,
      ['FROM a\r\nCMD c\r\n'],
      { endLine: 3 },
    ],
    [
      'empty lines',
      'NoEmptyContinuation',
      'RUN a \\\n\n# c\n \n && b\n\nRUN c',
      5,
      ['RUN a \\\n# c\n && b\n\nRUN c'],
    ],
    ['the platform', 'RedundantTargetPlatform', 'FROM --platform=$TARGETPLATFORM a AS b', 1, ['FROM a AS b']],
    [
      'a constant platform',
      'FromPlatformFlagConstDisallowed',
      'FROM --platform=linux/arm64 a',
      1,
      ['FROM --platform=$BUILDPLATFORM a', 'FROM a'],
    ],
    ['a relative path', 'WorkdirRelativePath', 'WORKDIR ./a/../b', 1, ['WORKDIR /a/../b']],
    ['a dot', 'WorkdirRelativePath', 'WORKDIR .', 1, ['WORKDIR /']],
    ['a hidden folder', 'WorkdirRelativePath', 'WORKDIR .cache', 1, ['WORKDIR /.cache']],
    [
      'a variable',
      'UndefinedArgInFrom',
      'FROM $AB:${A:-1}-\\$A',
      1,
      ['FROM $AB:${B:-1}-\\$A'],
      { message: "FROM argument 'A' is not declared (did you mean B?)" },
    ],
    [
      'nothing near',
      'UndefinedArgInFrom',
      'FROM $A',
      1,
      [],
      { message: "FROM argument 'A' is not declared" },
    ],
    [
      'a missing ARG',
      'UndefinedVar',
      'FROM a\n  run $A\n',
      2,
      ['FROM a\n  arg A\n  run $A\n'],
      { message: "Usage of undefined variable '$A'" },
    ],
    ['a tag', 'InvalidDefaultArgInFrom', 'FROM a/b:$TAG AS c', 1, ['FROM a/b:${TAG:-latest} AS c']],
    ['not a whole image', 'InvalidDefaultArgInFrom', 'FROM $IMAGE:$TAG', 1, []],
    [
      'a protocol',
      'ExposeProtoCasing',
      'EXPOSE 80/TCP 1 80/TCP',
      1,
      ['EXPOSE 80/tcp 1 80/tcp'],
      { message: "Defined protocol '80/TCP' in EXPOSE" },
    ],
    [
      'a port mapping',
      'ExposeInvalidFormat',
      'EXPOSE [::1]:80:81/udp',
      1,
      ['EXPOSE 81/udp'],
      { message: "found '[::1]:80:81/udp'" },
    ],
    ['a port from a variable', 'ExposeInvalidFormat', 'EXPOSE $P', 1, [], { message: "found '1:2'" }],
    [
      'a description',
      'InvalidDefinitionDescription',
      ' #is it\n ARG A=1',
      2,
      ['# A is it\n ARG A=1', ' #is it\n#\n ARG A=1'],
    ],
    ['what somebody has to decide', 'CopyIgnoredFile', 'COPY a b', 1, []],
    ['a rule that nobody knows', 'toString', 'COPY a b', 1, []],
  ])('%s', (_what, rule, text, line, expected, rest) => {
    expect(fixed(text, rule, line, rest)).toEqual(expected);
  });
});

describe('ignoreRule', () => {
  const ignored = (text: string, rule = 'Rule'): string | undefined => {
    const fix = ignoreRule(new SourceText(text), rule);
    return fix && applyEdits(text, fix.edits);
  };

  test.each([
    ['in an empty file', '# check=skip=Rule\n', ''],
    ['before anything else', '# check=skip=Rule\n# mine\nFROM a\n', '# mine\nFROM a\n'],
    ['behind a byte order mark', '\uFEFF# check=skip=Rule\r\nFROM a\r\n', '\uFEFFFROM a\r\n'],
    [
      'behind other directives',
      '# syntax=a\r\n# escape=`\r\n# check=skip=Rule\r\n# x\r\n',
      '# syntax=a\r\n# escape=`\r\n# x\r\n',
    ],
    ['behind #!', '#!/usr/bin/x\n# check=skip=Rule\nFROM a', '#!/usr/bin/x\nFROM a'],
    ['at the end of a file', '# syntax=a\n# check=skip=Rule', '# syntax=a'],
    ['in a list', '#check = skip=A,Rule;error=true \nFROM a', '#check = skip=A;error=true \nFROM a'],
    ['beside other options', '# check=skip=Rule;error=true rest\nFROM a', '# check=error=true rest\nFROM a'],
  ])('%s', (_where, expected, text) => {
    expect(ignored(text)).toBe(expected);
  });

  test('an experimental rule is taken off its list', () => {
    const rule = 'InvalidDefinitionDescription';
    expect(ignored(`# check=experimental=A,${rule};error=true\nFROM a`, rule)).toBe(
      '# check=experimental=A;error=true\nFROM a',
    );
    expect(ignored(`# check=experimental=${rule}\nFROM a`, rule)).toBe('# check=skip=\nFROM a');
    expect(ignored('# check=experimental=all\nFROM a', rule)).toBeUndefined();
    expect(ignored('FROM a', rule)).toBeUndefined();
  });

  test('whatever the file is, the rule is in the directive afterwards and the stages are the same', () => {
    const line = fc.constantFrom(
      '# syntax=a',
      '# escape=`',
      '# check=error=true',
      '# check=skip=A',
      '# x',
      'FROM a',
      '',
      'RUN b',
    );
    const file = fc.tuple(fc.constantFrom('', '\uFEFF'), fc.array(line), fc.constantFrom('\n', '\r\n'));
    fc.assert(
      fc.property(file, ([bom, lines, end]) => {
        const text = bom + lines.join(end);
        const after = ignored(text) ?? '';
        expect(parseDockerfile(after).directives.check).toMatch(/(?:^|;)skip=(?:A,)?Rule(?:;|$)/);
        const names = (one: string): string[] => parseDockerfile(one).stages.map(({ base }) => base);
        expect(names(after)).toEqual(names(text));
      }),
    );
  });
});

describe('on any text', () => {
  const rules = [
    'StageNameCasing',
    'FromAsCasing',
    'ConsistentInstructionCasing',
    'DuplicateStageName',
    'ReservedStageName',
    'JSONArgsRecommended',
    'LegacyKeyValueFormat',
    'MaintainerDeprecated',
    'MultipleInstructionsDisallowed',
    'NoEmptyContinuation',
    'RedundantTargetPlatform',
    'FromPlatformFlagConstDisallowed',
    'WorkdirRelativePath',
    'UndefinedArgInFrom',
    'UndefinedVar',
    'InvalidDefaultArgInFrom',
    'ExposeProtoCasing',
    'ExposeInvalidFormat',
    'InvalidDefinitionDescription',
  ];
  const piece = fc.constantFrom(
    'FROM a AS B',
    'FROM --platform=linux/x a',
    'RUN x \\',
    '`',
    '\\',
    '',
    ' ',
    '# c',
    'ENV a b "c d"',
    "CMD a 'b",
    'EXPOSE 1:2/TCP',
    'WORKDIR $A',
    '# escape=`',
    'ARG',
    'MAINTAINER "$`',
    'COPY --from=b <<E /',
    'E',
    '\uFEFF',
    '😀',
  );
  const text = fc
    .array(fc.tuple(piece, fc.constantFrom('\n', '\r\n', ' ', '\r')), { maxLength: 20 })
    .map((parts) => parts.flat().join(''));
  const message = fc.constantFrom(
    '',
    "'$A' (did you mean $B?)",
    "argument 'A' (did you mean B?)",
    "'1:2/TCP'",
    '(lowercase)',
  );

  test('edits lie within it, apart from each other, and never touch other lines’ ends', () => {
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...rules),
        message,
        fc.nat(25),
        fc.nat(3),
        (file, rule, said, line, more) => {
          const source = new SourceText(file);
          const violation = { rule, message: said, startLine: line + 1, endLine: line + 1 + more };
          const fixes = [...fixesFor(source, violation), ignoreRule(source, rule)];
          for (const fix of fixes) {
            if (fix === undefined) continue;
            let end = 0;
            for (const edit of fix.edits.toSorted((a, b) => a.startOffset - b.startOffset)) {
              expect(edit.startOffset).toBeGreaterThanOrEqual(end);
              expect(edit.endOffset).toBeGreaterThanOrEqual(edit.startOffset);
              end = edit.endOffset;
            }
            expect(end).toBeLessThanOrEqual(file.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('positions are those of the lines', () => {
    fc.assert(
      fc.property(text, fc.nat(), (file, at) => {
        const source = new SourceText(file);
        const offset = file.length === 0 ? 0 : at % (file.length + 1);
        const before = file.slice(0, offset).split('\n');
        expect(source.positionAt(offset)).toEqual({ line: before.length, column: before.at(-1)!.length + 1 });
      }),
    );
  });
});
