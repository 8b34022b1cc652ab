import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialState, sameState, tokenizeLine } from './dockerfileTokens';
import type { LineState } from './dockerfileTokens';

/** Every line as `kind:text` parts; plain text has no kind, blanks around parts are left out. */
function colours(text: string): string[] {
  let state = initialState;
  return text.split('\n').map((line) => {
    const { tokens, endState } = tokenizeLine(line, state);
    state = endState;
    return tokens
      .map(({ startIndex, kind }, index) => {
        const part = line.slice(startIndex, tokens[index + 1]?.startIndex).trim();
        return part === '' ? '' : kind === '' ? part : `${kind}:${part}`;
      })
      .filter((part) => part !== '')
      .join(' ');
  });
}

describe('instructions', () => {
  test('the Dockerfile of the design', () => {
    expect(
      colours(
        [
          '# syntax=docker/dockerfile:1',
          'FROM --platform=$BUILDPLATFORM golang:1.20-alpine AS builder',
          'ARG TARGETOS',
          'RUN GOOS=$TARGETOS go build \\',
          '    -o hello .',
          '',
          'COPY --from=builder /app/hello .',
          'CMD ["./hello"]',
        ].join('\n'),
      ),
    ).toEqual([
      'comment:# syntax=docker/dockerfile:1',
      'keyword:FROM flag:--platform= variable:$BUILDPLATFORM string:golang:1.20-alpine keyword:AS builder',
      'keyword:ARG variable:TARGETOS',
      'keyword:RUN GOOS= variable:$TARGETOS go build \\',
      '-o hello .',
      '',
      'keyword:COPY flag:--from= builder /app/hello .',
      'keyword:CMD [ string:"./hello" ]',
    ]);
  });

  test('in any case, behind ONBUILD and behind HEALTHCHECK', () => {
    expect(colours('from alpine as base\nONBUILD RUN make\nHEALTHCHECK --interval=5s CMD true')).toEqual([
      'keyword:from string:alpine keyword:as base',
      'keyword:ONBUILD keyword:RUN make',
      'keyword:HEALTHCHECK flag:--interval= 5s keyword:CMD true',
    ]);
  });

  test('a word that is no instruction has no colour, and the next line starts anew', () => {
    expect(colours('FORM alpine\nRUN true')).toEqual(['FORM alpine', 'keyword:RUN true']);
  });

  test('names that ARG and ENV set', () => {
    expect(colours('ARG A=1 B=$A\nENV C=d E="f"\nENV old style')).toEqual([
      'keyword:ARG variable:A =1 variable:B = variable:$A',
      'keyword:ENV variable:C =d variable:E = string:"f"',
      'keyword:ENV variable:old style',
    ]);
  });
});

describe('flags', () => {
  test('only before the first argument', () => {
    expect(colours('RUN --mount=type=cache,target=/x --network=none make --jobs=2')).toEqual([
      'keyword:RUN flag:--mount= type=cache,target=/x flag:--network= none make --jobs=2',
    ]);
  });

  test('on continuation lines and without a value', () => {
    expect(colours('COPY \\\n  --link \\\n  --from=a /b /c')).toEqual([
      'keyword:COPY \\',
      'flag:--link \\',
      'flag:--from= a /b /c',
    ]);
  });
});

describe('variables and strings', () => {
  test('plain, braced with a default, not escaped ones', () => {
    expect(colours('RUN echo $A ${B:-c} \\$D')).toEqual([
      'keyword:RUN echo variable:$A variable:${B:-c} \\$D',
    ]);
  });

  test('inside of double quotes, not of single ones', () => {
    expect(colours(`RUN echo "a $B \\" c" '$D'`)).toEqual([
      `keyword:RUN echo string:"a variable:$B string:\\" c" string:'$D'`,
    ]);
  });

  test('a string goes on after a continuation, and ends with its instruction', () => {
    expect(colours('RUN echo "a \\\n b" c\nRUN echo "open\nRUN x')).toEqual([
      'keyword:RUN echo string:"a \\',
      'string:b" c',
      'keyword:RUN echo string:"open',
      'keyword:RUN x',
    ]);
  });
});

describe('continuations', () => {
  test('comments and empty lines between them do not end the instruction', () => {
    expect(colours('RUN a \\\n# why\n\n  b\nUSER me')).toEqual([
      'keyword:RUN a \\',
      'comment:# why',
      '',
      'b',
      'keyword:USER me',
    ]);
  });

  test('two backslashes at the end are no continuation, blanks behind one are allowed', () => {
    expect(colours('RUN a \\\\\nRUN b \\ \t\nc\nRUN d')).toEqual([
      'keyword:RUN a \\\\',
      'keyword:RUN b \\',
      'c',
      'keyword:RUN d',
    ]);
  });

  test('the escape directive changes the mark, but only at the top', () => {
    expect(colours('# escape=`\nRUN a `\n  b\nRUN c \\\nRUN d')).toEqual([
      'comment:# escape=`',
      'keyword:RUN a `',
      'b',
      'keyword:RUN c \\',
      'keyword:RUN d',
    ]);
    expect(colours('# a comment\n# escape=`\nRUN a `\nRUN b')[3]).toBe('keyword:RUN b');
    expect(colours('\n# escape=`\nRUN a `\nRUN b')[3]).toBe('keyword:RUN b');
  });
});

describe('heredocs', () => {
  test('several of one instruction, one after the other', () => {
    expect(colours('COPY <<one <<-"two" /dest/\na $X\none\n$Y\n\ttwo\nRUN true')).toEqual([
      'keyword:COPY flag:<<one flag:<<-"two" /dest/',
      'string:a variable:$X',
      'flag:one',
      'string:$Y',
      'flag:two',
      'keyword:RUN true',
    ]);
  });

  test('the body keeps what looks like comments, continuations and instructions', () => {
    expect(colours('RUN <<EOF\n# not a comment\nFROM x \\\n\nEOF \nEOF\nUSER a')).toEqual([
      'keyword:RUN flag:<<EOF',
      'comment:# not a comment',
      'FROM x \\',
      '',
      'EOF',
      'flag:EOF',
      'keyword:USER a',
    ]);
  });

  test('announced on a continuation line, read after the last one', () => {
    expect(colours('RUN python3 <<EOF \\\n  && true\nprint()\nEOF')).toEqual([
      'keyword:RUN python3 flag:<<EOF \\',
      '&& true',
      'print()',
      'flag:EOF',
    ]);
  });

  test('only in RUN, COPY and ADD, and not inside of quotes', () => {
    expect(colours('ENV A=b <<EOF\nRUN echo "<<EOF"\nUSER me')).toEqual([
      'keyword:ENV variable:A =b <<EOF',
      'keyword:RUN echo string:"<<EOF"',
      'keyword:USER me',
    ]);
  });

  test('<<- takes tabs away before the closing name, << does not', () => {
    expect(colours('RUN <<-E\n\tE\nRUN <<E\n\tE\nE\nUSER a').slice(1)).toEqual([
      'flag:E',
      'keyword:RUN flag:<<E',
      'E',
      'flag:E',
      'keyword:USER a',
    ]);
  });
});

describe('the inner language of a heredoc', () => {
  test('sh when RUN gives it to nobody else, with strings over several lines', () => {
    expect(colours('RUN <<EOF\nif [ $A ]; then\n  echo "a\n$B" # c\nfi\nEOF\nUSER a')).toEqual([
      'keyword:RUN flag:<<EOF',
      'keyword:if [ variable:$A ]; keyword:then',
      'echo string:"a',
      'variable:$B string:" comment:# c',
      'keyword:fi',
      'flag:EOF',
      'keyword:USER a',
    ]);
  });

  test('python by the command, or by the first line', () => {
    const body = '@cache\ndef f():\n  """a\n  b"""\n  return "$A" # c\nEOF';
    const coloured = [
      'flag:@cache',
      'keyword:def f():',
      'string:"""a',
      'string:b"""',
      'keyword:return string:"$A" comment:# c',
      'flag:EOF',
    ];
    expect(colours(`RUN --mount=type=cache,target=/x python3 - <<EOF\n${body}`).slice(1)).toEqual(coloured);
    expect(colours(`RUN <<EOF\n#!/usr/bin/env python3\n${body}`).slice(2)).toEqual(coloured);
  });

  test('json by the name of the file, also when that follows a continuation', () => {
    const coloured = ['{ string:"a" : keyword:true }', 'flag:E', 'keyword:USER a'];
    expect(colours('COPY <<E /x/y.json\n{"a": true}\nE\nUSER a').slice(1)).toEqual(coloured);
    expect(colours('COPY --link <<E \\\n  /x/y.json\n{"a": true}\nE\nUSER a').slice(2)).toEqual(coloured);
  });

  test('none where nothing tells it', () => {
    expect(colours('RUN perl <<E\nif $A\nE')[1]).toBe('string:if variable:$A');
  });
});

test('every line is covered from its first column by tokens that stand in order, and always ends', () => {
  const words = fc.constantFrom(
    'RUN',
    'FROM',
    'COPY',
    '<<EOF',
    '<<-"A"',
    'EOF',
    '\\',
    '`',
    '"',
    "'",
    '$X',
    '${',
    '--a=',
    '#',
    ' ',
    '\t',
    'x',
    '# escape=`',
  );
  const line = fc.array(words, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      let state: LineState = initialState;
      for (const text of lines) {
        const { tokens, endState } = tokenizeLine(text, state);
        expect(tokens[0]?.startIndex).toBe(0);
        tokens.slice(1).forEach(({ startIndex }, index) => {
          expect(startIndex).toBeGreaterThan(tokens[index]!.startIndex);
          expect(startIndex).toBeLessThan(text.length);
        });
        expect(sameState(tokenizeLine(text, state).endState, endState)).toBe(true);
        state = endState;
      }
    }),
    { numRuns: 2000 },
  );
});
