/** A Dockerfile that our parser and BuildKit have to agree about. */
export interface CorpusFile {
  readonly name: string;
  readonly text: string;
  /** What it builds from, beside the Dockerfile. */
  readonly context?: Readonly<Record<string, string>>;
  /** Absent: BuildKit refuses the file, and only the reading of it is tried. */
  readonly builds?: {
    /** Names of targets, in file order. */
    readonly targets: readonly string[];
    readonly buildArgs?: Readonly<Record<string, string>>;
  };
}

const lines = (...text: string[]): string => `${text.join('\n')}\n`;
const big = 'x'.repeat(1000);

/** Every construct of the Dockerfile reference, and the odd ones. Images: busybox and scratch. */
export const corpus: readonly CorpusFile[] = [
  {
    name: 'every instruction',
    context: { 'a.txt': 'a', 'dir/b.txt': 'b' },
    builds: { targets: ['base', 'all'] },
    text: lines(
      'ARG TAG=latest',
      'FROM busybox:${TAG} AS base',
      'FROM base AS all',
      'ARG VERSION=1 OTHER="two words"',
      'ENV ONE=1 TWO="a b" THREE=$ONE',
      'LABEL org.example.name="x" other=y',
      'WORKDIR /work',
      'COPY --chown=0:0 --chmod=0644 a.txt ./',
      'COPY ["dir/b.txt", "/work/b.txt"]',
      'ADD --chmod=0600 a.txt /added',
      'RUN --network=none echo "$VERSION $OTHER" > out',
      'RUN ["/bin/sh", "-c", "true"]',
      'SHELL ["/bin/sh", "-e", "-c"]',
      'USER 1000:1000',
      'EXPOSE 80 443/tcp',
      'VOLUME ["/data"]',
      'STOPSIGNAL SIGINT',
      'HEALTHCHECK --interval=5s --timeout=1s --start-period=1s --start-interval=1s --retries=2 CMD true',
      'ENTRYPOINT ["/bin/sh"]',
      'CMD ["-c", "true"]',
    ),
  },
  {
    name: 'stages by name, number and in any case',
    builds: { targets: ['one', 'two', 'three'] },
    text: lines(
      'FROM busybox AS One',
      'RUN echo 1 > /1',
      'FROM scratch AS two',
      'COPY --from=ONE /1 /1',
      'COPY --from=0 /1 /2',
      'from one as three',
      'run --mount=type=bind,from=TWO,target=/two cp /two/1 /3',
      'FROM three',
      'COPY --from=busybox /bin/busybox /again',
    ),
  },
  {
    name: 'a stage nobody needs, and a name that is used again',
    builds: { targets: ['a', 'b', 'last'] },
    text: lines(
      'FROM busybox AS a',
      'RUN echo first > /f',
      'FROM busybox AS b',
      'RUN exit 0',
      'FROM a AS last',
      'RUN cat /f',
    ),
  },
  {
    name: 'a base of the platform',
    builds: { targets: ['base-amd64', 'base-arm64', 'final'] },
    text: lines(
      'FROM scratch AS base-amd64',
      'COPY <<E /arch',
      'amd',
      'E',
      'FROM scratch AS base-arm64',
      'COPY <<E /arch',
      'arm',
      'E',
      'FROM base-${TARGETARCH} AS final',
      'COPY --from=base-amd64 /arch /other',
    ),
  },
  {
    name: 'heredocs: several, quoted, with tabs, in ONBUILD and in continuations',
    builds: { targets: ['files', 'run'] },
    text: lines(
      'FROM scratch AS files',
      'ARG NAME=x',
      'COPY <<one <<-"two" /dest/',
      'FROM $NAME',
      'one',
      '\t# no comment \\',
      '\ttwo',
      'ONBUILD COPY <<E /on',
      'FROM nowhere',
      'E',
      'FROM busybox AS run',
      'RUN <<EOF',
      '#!/bin/sh',
      'FROM=1; echo $FROM',
      'EOF',
      'RUN cat <<A \\',
      '  && cat <<B',
      'RUN a',
      'A',
      'RUN b',
      'B',
      "RUN cat <<'a b'",
      'RUN nothing',
      'a b',
      'RUN echo "<<EOF" \'<<EOF\'',
    ),
  },
  {
    name: 'continuations with comments, blank lines and blanks behind the mark',
    builds: { targets: ['x'] },
    text: lines(
      '# just a comment',
      'FROM \\',
      '  # in between',
      '  busybox \\',
      '  AS x',
      'RUN echo a \\   ',
      '# left out',
      '',
      '   # too',
      '  && echo b \\',
      '  && echo "c # d"',
      'RUN echo e\\\\',
      'RUN ec\\',
      'ho joined',
    ),
  },
  {
    name: 'escape is a backtick',
    builds: { targets: ['w'] },
    text: lines(
      '# escape=`',
      '# check=skip=all',
      'FROM busybox AS w',
      'RUN echo a `',
      '  && echo b',
      'RUN echo c\\',
      'RUN echo d``',
    ),
  },
  {
    name: 'escape after a comment is none',
    builds: { targets: ['w'] },
    text: lines('# a comment', '# escape=`', 'FROM busybox AS w', 'RUN echo a \\', '  && echo b'),
  },
  {
    name: 'line ends of Windows and a byte order mark',
    builds: { targets: ['crlf'] },
    text: '\uFEFF# check=skip=all\r\nFROM busybox AS crlf\r\nRUN echo a \\\r\n  && echo b\r\nCOPY <<E /f\r\nx\r\nE\r\nRUN true\r\n',
  },
  {
    name: 'ONBUILD triggers that take files from stages',
    builds: { targets: ['source', 'parent', 'child'] },
    text: lines(
      'FROM busybox AS source',
      'RUN echo s > /s',
      'FROM busybox AS parent',
      'ONBUILD COPY --from=source /s /s',
      'FROM parent AS child',
      'RUN cat /s',
    ),
  },
  {
    name: 'arguments with defaults, quotes, modifiers and values given',
    builds: { targets: ['x'], buildArgs: { WHICH: 'busy' } },
    text: lines(
      'ARG WHICH=none',
      'ARG IMAGE="${WHICH}box"',
      'ARG TAG=latest-x',
      'FROM ${IMAGE:-scratch}:${TAG%-*} AS x',
      'ARG IMAGE',
      'RUN test "$IMAGE" = busybox',
    ),
  },
  {
    name: 'names and values beyond ASCII',
    builds: { targets: ['x'] },
    text: lines('FROM busybox AS x', 'ENV GREETING="grüß 世界 😀"', 'LABEL é=ü', 'RUN echo "$GREETING 😀"'),
  },
  {
    name: 'JSON that is none',
    builds: { targets: ['x'] },
    text: lines(
      'FROM busybox AS x',
      'CMD ["unterminated',
      "CMD ['single']",
      'RUN [ -d / ]',
      'CMD [ "a",   "b" ]',
    ),
  },
  {
    name: 'all mounts',
    builds: { targets: ['src', 'x'] },
    context: { 'in.txt': 'in' },
    text: lines(
      'FROM busybox AS src',
      'RUN echo s > /s',
      'FROM busybox AS x',
      'RUN --mount=type=cache,target=/c,sharing=locked,id=corpus,from=src,source=/ \\',
      '    --mount=type=tmpfs,target=/t \\',
      '    --mount=type=secret,id=none,required=false \\',
      '    --mount=source=in.txt,target=/in.txt \\',
      '    --mount=FROM=src,target=/src cat /in.txt /src/s',
    ),
  },
  {
    name: 'the file ends in a continuation',
    builds: { targets: ['x'] },
    text: 'FROM busybox AS x\nRUN true \\\n',
  },
  {
    name: 'long lines',
    builds: { targets: ['x'] },
    text: lines('FROM busybox AS x', `ENV A=${big}`, `LABEL a="${big}"`),
  },
  { name: 'an unterminated heredoc', text: 'FROM busybox\nRUN <<EOF\necho a\n' },
  { name: 'no instructions', text: '# nothing\n\n' },
  { name: 'empty', text: '' },
  { name: 'an unknown instruction', text: 'FROM busybox\nRUNN true\n' },
  { name: 'a stage name that is none', text: 'FROM busybox AS 1st\n' },
  { name: 'an unclosed quote', text: 'FROM busybox\nENV A="b\n' },
  { name: 'a base that depends on itself', text: 'FROM a AS a\nCOPY --from=b / /\nFROM a AS b\n' },
  { name: 'ONBUILD of ONBUILD', text: 'FROM busybox\nONBUILD ONBUILD RUN true\n' },
  {
    name: 'bytes',
    text: String.fromCharCode(...Array.from({ length: 512 }, (_, index) => (index * 37) % 256)),
  },
];
