import { describe, expect, it } from 'vitest';
import { completionsAt, readDocument, type CompletionAnswer } from './index';
import { readDocument as read } from './document';

/** Asks at the `|` of a text. */
function at(marked: string): CompletionAnswer | undefined {
  const offset = marked.indexOf('|');
  return completionsAt(readDocument(marked.replace('|', '')), offset);
}
const labels = (marked: string): string[] => at(marked)?.items.map(({ label }) => label) ?? [];
/** The text after taking one of the items. */
function take(marked: string, label: string): string {
  const answer = at(marked);
  const item = answer?.items.find((one) => one.label === label);
  if (answer === undefined || item === undefined) throw new Error(`no ${label} at ${marked}`);
  const text = marked.replace('|', '');
  const { start, end } = answer.replace;
  const done = text.slice(0, start) + item.insert + text.slice(end);
  const { also } = item;
  return also === undefined ? done : done.slice(0, also.span.start) + also.text + done.slice(also.span.end);
}

describe('instructions', () => {
  it('are offered at the beginning of a line, in the file’s casing', () => {
    expect(labels('|')).toContain('FROM');
    expect(labels('FROM a\nR|')).toContain('RUN');
    expect(labels('from a\nrun b\nR|')).toContain('run');
    expect(take('FROM a\n  WO|', 'WORKDIR')).toBe('FROM a\n  WORKDIR ');
    expect(take('FR|', 'FROM')).toBe('FROM ');
  });

  it('come with snippets, and behind ONBUILD without what it refuses', () => {
    expect(labels('FROM a\n|')).toContain('cross-compile');
    expect(labels('FROM a\nONBUILD |')).toContain('RUN');
    expect(labels('FROM a\nONBUILD R|')).toContain('RUN');
    for (const refused of ['FROM', 'ONBUILD', 'MAINTAINER', 'multi-stage']) {
      expect(labels('FROM a\nONBUILD |')).not.toContain(refused);
    }
    expect(labels('FROM a\nONBUILD COPY --fr|')).toContain('--from');
  });

  it('are not offered in the middle of a command', () => {
    expect(labels('FROM a\nRUN echo |')).toEqual([]);
    expect(labels('FROM a\nRUN echo \\\n  R|')).toEqual([]);
    expect(labels('FROM a\n# R|')).toEqual([]);
    expect(labels('FROM a\nRUN <<EOF\nR|\nEOF')).toEqual([]);
  });
});

describe('flags', () => {
  it.each([
    ['FROM |', 'FROM -|', ['--platform']],
    ['', 'FROM a\nRUN --|', ['--mount', '--network', '--security', '--device']],
    ['', 'FROM a\nCOPY --|', ['--from', '--chown', '--chmod', '--link', '--parents', '--exclude']],
    [
      '',
      'FROM a\nADD --|',
      ['--chown', '--chmod', '--link', '--checksum', '--keep-git-dir', '--unpack', '--exclude'],
    ],
    [
      '',
      'FROM a\nHEALTHCHECK --|',
      ['--interval', '--timeout', '--start-period', '--start-interval', '--retries'],
    ],
    ['', 'FROM a\nWORKDIR --|', []],
  ])('of each instruction %s', (_note, marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  it('once each, unless they may be repeated', () => {
    expect(labels('FROM a\nRUN --mount=type=tmpfs,target=/a --network=none --|')).toEqual([
      '--mount',
      '--security',
      '--device',
    ]);
    expect(labels('FROM a\nCOPY --link \\\n  --f|')).toEqual([
      '--from',
      '--chown',
      '--chmod',
      '--parents',
      '--exclude',
    ]);
  });

  it('with their values', () => {
    expect(labels('FROM a\nRUN --network=|')).toEqual(['default', 'none', 'host']);
    expect(labels('FROM a\nRUN --security=|')).toEqual(['sandbox', 'insecure']);
    expect(labels('FROM --platform=|')).toContain('$BUILDPLATFORM');
    expect(labels('FROM --platform=li|')).toContain('linux/arm/v7');
    expect(labels('FROM a\nRUN --device=|')).toEqual(['name', 'required']);
    expect(labels('FROM a\nCOPY --link=|')).toEqual(['true', 'false']);
    expect(take('FROM a\nRUN --network=no| true', 'none')).toBe('FROM a\nRUN --network=none true');
  });
});

describe('mounts', () => {
  it('offer types and the keys of bind at first', () => {
    expect(labels('FROM a\nRUN --mount=|')).toEqual([
      ...['bind', 'cache', 'tmpfs', 'secret', 'ssh'].map((type) => `type=${type}`),
      ...['target', 'source', 'from', 'rw'],
    ]);
    expect(labels('FROM a\nRUN --mount=type=|')).toEqual(['bind', 'cache', 'tmpfs', 'secret', 'ssh']);
  });

  it.each([
    ['cache', ['target', 'id', 'sharing', 'from', 'source', 'ro', 'mode', 'uid', 'gid']],
    ['tmpfs', ['target', 'size']],
    ['secret', ['id', 'target', 'env', 'required', 'mode', 'uid', 'gid']],
    ['ssh', ['id', 'target', 'required', 'mode', 'uid', 'gid']],
  ])('offer the keys of %s that are not there yet', (type, keys) => {
    expect(labels(`FROM a\nRUN --mount=type=${type},|`)).toEqual(keys);
    expect(labels(`FROM a\nRUN --mount=type=${type},dst=/x,|`)).toEqual(
      keys.filter((key) => key !== 'target'),
    );
  });

  it('offer values of keys', () => {
    expect(labels('FROM a\nRUN --mount=type=cache,sharing=|')).toEqual(['shared', 'private', 'locked']);
    expect(labels('FROM a AS x\nFROM b\nRUN --mount=from=|')).toEqual(['x']);
    expect(at('FROM a\nRUN --mount=source=src/m|')?.files).toEqual({ prefix: 'src/m', blanks: false });
    expect(at('FROM a\nRUN --mount=from=x,source=src/m|')).toBeUndefined();
    expect(take('FROM a\nRUN --mount=type=cache,sh|', 'sharing')).toBe(
      'FROM a\nRUN --mount=type=cache,sharing=',
    );
  });
});

describe('stages and images', () => {
  const file = 'FROM a AS One\nFROM b AS two\nCOPY --from=| /x /y\nFROM one\nFROM later AS late';

  it('are those above, the nearest first', () => {
    const ranked = at('FROM a AS One\nFROM b AS two\nFROM |')?.items.toSorted((a, b) => a.rank - b.rank);
    expect(ranked?.map(({ label }) => label)).toEqual(['two', 'one', 'scratch']);
    expect(at('FROM |')?.images).toBe(true);
    expect(labels(file)).toEqual(['one']);
    expect(at(file)?.items[0]?.detail).toBe('FROM a');
  });

  it('are followed by AS', () => {
    expect(labels('FROM a |')).toEqual(['AS']);
    expect(labels('from a |')).toEqual(['as']);
    expect(labels('FROM a AS |')).toEqual([]);
  });
});

describe('variables', () => {
  const global = 'ARG VERSION=1\n';

  it('of FROM are the global ones and those of the platform', () => {
    expect(labels(`${global}FROM a:$|`)).toContain('VERSION');
    expect(labels(`${global}FROM a:\${TARGET|`)).toContain('TARGETARCH');
    expect(take(`${global}FROM a:\${VER|`, 'VERSION')).toBe(`${global}FROM a:\${VERSION}`);
    expect(take(`${global}FROM a:\${VER|}`, 'VERSION')).toBe(`${global}FROM a:\${VERSION}`);
    expect(labels('FROM a\nARG OWN\nFROM $|')).not.toContain('OWN');
  });

  it('of a stage are those above it there, in its base stages and of the proxies', () => {
    const names = labels('FROM a AS b\nENV HOME_DIR=/x\nFROM b\nARG OWN=1\nRUN echo "$|"\nARG LATE');
    expect(names.slice(0, 2)).toEqual(['HOME_DIR', 'OWN']);
    expect(names).toContain('HTTPS_PROXY');
    expect(names).not.toContain('LATE');
  });

  it('bring the ARG along that they need', () => {
    expect(take('FROM a\nRUN echo $TARGETA|', 'TARGETARCH')).toBe(
      'FROM a\nARG TARGETARCH\nRUN echo $TARGETARCH',
    );
    expect(take(`${global}FROM a\nRUN echo $|`, 'VERSION')).toBe(
      `${global}FROM a\nARG VERSION\nRUN echo $VERSION`,
    );
  });

  it('are offered in heredocs that expand, and not behind an escape', () => {
    expect(labels('FROM a\nARG X\nRUN <<EOF\necho $|\nEOF')).toContain('X');
    expect(labels('FROM a\nARG X\nCOPY <<EOF /x\n${|\nEOF')).toContain('X');
    expect(labels('FROM a\nARG X\nCOPY <<"EOF" /x\n$|\nEOF')).toEqual([]);
    expect(labels('FROM a\nARG X\nRUN echo \\$|')).toEqual([]);
  });

  it('can be declared', () => {
    const names = labels('ARG BASE=a\nFROM $BASE\nARG |');
    expect(names[0]).toBe('BASE');
    expect(names).toContain('TARGETPLATFORM');
    expect(labels('ARG BASE=a\nFROM $BASE\nARG BASE |')).not.toContain('BASE');
  });
});

describe('files of the context', () => {
  it.each([
    ['FROM a\nCOPY sr|', 'sr', false],
    ['FROM a\nADD a b/c|', 'b/c', false],
    ['FROM a\nCOPY --chown=1 |', '', false],
    ['FROM a\nCOPY ["a b|', 'a b', true],
    ['FROM a\nCOPY ["x", "y/|', 'y/', true],
    ['FROM a\nCOPY --exclude=*.m|', '*.m', false],
    ['FROM a\nCOPY a \\\n  b|', 'b', false],
  ])('%j', (marked, prefix, blanks) => {
    expect(at(marked)?.files).toEqual({ prefix, blanks });
  });

  it('are not those of another stage, nor of a heredoc', () => {
    expect(at('FROM a AS b\nFROM c\nCOPY --from=b sr|')).toBeUndefined();
    expect(at('FROM a\nCOPY <<E|')).toBeUndefined();
  });
});

describe('other arguments', () => {
  it.each([
    ['HEALTHCHECK |', 'NONE'],
    ['STOPSIGNAL SIG|', 'SIGTERM'],
    ['SHELL |', '["/bin/sh", "-c"]'],
    ['LABEL org|', 'org.opencontainers.image.source'],
    ['EXPOSE 53/|', 'udp'],
  ])('%s', (line, label) => expect(labels(`FROM a\n${line}`)).toContain(label));
});

describe('directives', () => {
  it('at the top only, each once', () => {
    expect(labels('# |')).toEqual(['syntax', 'escape', 'check']);
    expect(labels('# syntax=x\n#|')).toEqual(['escape', 'check']);
    expect(labels('FROM a\n# |')).toEqual([]);
    expect(labels('# a comment\n# |')).toEqual([]);
    expect(take('# syn|', 'syntax')).toBe('# syntax=');
  });

  it('with their values', () => {
    expect(labels('# syntax=|')).toContain('docker/dockerfile:1');
    expect(labels('# escape=|')).toEqual(['`', '\\']);
    expect(labels('# check=|')).toEqual(['skip', 'error', 'experimental']);
    expect(labels('# check=skip=|')).toContain('JSONArgsRecommended');
    expect(labels('# check=skip=StageNameCasing,|')).not.toContain('StageNameCasing');
    expect(labels('# check=skip=all;error=|')).toEqual(['true', 'false']);
  });
});

it('answers within 20 ms in a file of 400 stages and 5,000 lines', () => {
  const lines = Array.from({ length: 5000 }, (_, index) =>
    index % 12 === 0
      ? `FROM ${index === 0 ? 'base' : `s${index - 12}`} AS s${index}`
      : index % 3 === 0
        ? `ARG A${index}=x$A${index - 3}`
        : index % 3 === 1
          ? `RUN --mount=type=cache,target=/c echo "$A3" \\`
          : '    && make $A6 "quoted text" --flag',
  );
  const text = `${lines.join('\n')}\nRUN echo $`;
  // Processor time: other programs of a busy machine shall not count.
  const best = (work: () => void): number =>
    Math.min(
      ...Array.from({ length: 15 }, () => {
        const before = process.cpuUsage();
        work();
        return process.cpuUsage(before).user / 1000;
      }),
    );
  const document = read(text);
  expect(document.stages.length).toBeGreaterThan(400);
  expect(best(() => read(text))).toBeLessThan(50);
  expect(best(() => completionsAt(document, text.length))).toBeLessThan(20);
});
