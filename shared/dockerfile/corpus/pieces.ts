/** Lines of which tests put Dockerfiles together, right and wrong ones. */
export const pieces: readonly string[] = [
  ...['FROM a', 'FROM a AS x', 'FROM x AS y', 'from $A as z', 'FROM --platform=$BUILDPLATFORM a'],
  ...[
    'ARG A=1',
    'ARG A',
    'ENV A=b C="d e"',
    'ENV old style value',
    'RUN echo $A "${A:-$C}"',
    "RUN echo '$A  b'",
  ],
  ...[
    'RUN --mount=type=cache,target=/c,from=x  make   all',
    'RUN  --network=none   true',
    'COPY --from=x  a   b',
  ],
  ...[
    'COPY --from=0 a b',
    'ADD ["a b",  "c"]',
    'CMD [ "a",   "b" ]',
    'CMD  run  it',
    'ONBUILD  copy --from=x  a b',
  ],
  ...[
    'HEALTHCHECK --interval=5s  cmd  true',
    'LABEL a=b  c="d  e"',
    'WORKDIR   /a b',
    'EXPOSE  80   443/tcp',
  ],
  ...[
    'RUN <<EOF',
    'EOF',
    'COPY <<-"A B" <<C /x',
    'C',
    '\tA B',
    '# comment',
    '  # syntax=x',
    '# escape=`',
    '',
  ],
  ...[
    'RUN a \\',
    '   && b \\',
    '\t&& c',
    'b`',
    '`',
    '\\',
    'RUN [ "unterminated',
    'RUN "open',
    '  ',
    'RUN x \\  ',
  ],
  ...[
    'USER ü',
    'FROM ünï AS ünï',
    '\uFEFF',
    '\u0000',
    'RUN echo \u{1F600}  $A',
    'shell ["a"]',
    'NOTHING at all',
  ],
];

/** Line ends, the odd one included. */
export const lineEnds = ['\n', '\r\n', '\r\r\n'] as const;
