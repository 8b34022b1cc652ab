import type { SnippetName } from './tables';

interface Snippet {
  readonly name: SnippetName;
  /** What is typed to find it. */
  readonly label: string;
  /** Begins a file or a stage, or stands inside of one. */
  readonly place: 'stage' | 'instruction';
  /** In Monaco's snippet syntax: `${1:default}` are the places to fill in, `\\$` is a dollar sign. */
  readonly body: string;
}

/** Usual patterns, ready to fill in. */
export const snippets: readonly Snippet[] = [
  {
    name: 'cross-compile',
    label: 'cross-compile',
    place: 'stage',
    body: [
      'FROM --platform=\\$BUILDPLATFORM ${1:golang:1.26} AS ${2:build}',
      'ARG TARGETOS TARGETARCH',
      'WORKDIR /src',
      'COPY . .',
      'RUN GOOS=\\$TARGETOS GOARCH=\\$TARGETARCH ${3:go build -o /out/app .}',
      '',
      'FROM ${4:scratch}',
      'COPY --from=${2:build} ${5:/out/app} ${6:/app}',
      'ENTRYPOINT ["${6:/app}"]',
      '$0',
    ].join('\n'),
  },
  {
    name: 'multi-stage',
    label: 'multi-stage',
    place: 'stage',
    body: [
      'FROM ${1:image} AS ${2:build}',
      'WORKDIR /src',
      'COPY . .',
      'RUN ${3:make}',
      '',
      'FROM ${4:image}',
      'COPY --from=${2:build} ${5:/src/out} ${6:/app}',
      'CMD ["${7:/app/run}"]',
      '$0',
    ].join('\n'),
  },
  {
    name: 'cache-apt',
    label: 'run-cache-apt',
    place: 'instruction',
    body: [
      'RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\\',
      '    --mount=type=cache,target=/var/lib/apt,sharing=locked \\\\',
      '    apt-get update && apt-get install -y --no-install-recommends ${1:packages}',
      '$0',
    ].join('\n'),
  },
  {
    name: 'cache-go',
    label: 'run-cache-go',
    place: 'instruction',
    body: [
      'RUN --mount=type=cache,target=/go/pkg/mod \\\\',
      '    --mount=type=cache,target=/root/.cache/go-build \\\\',
      '    ${1:go build -o /out/app .}',
      '$0',
    ].join('\n'),
  },
  {
    name: 'cache-npm',
    label: 'run-cache-npm',
    place: 'instruction',
    body: ['RUN --mount=type=cache,target=/root/.npm \\\\', '    ${1:npm ci}', '$0'].join('\n'),
  },
  {
    name: 'cache-pip',
    label: 'run-cache-pip',
    place: 'instruction',
    body: [
      'RUN --mount=type=cache,target=/root/.cache/pip \\\\',
      '    pip install -r ${1:requirements.txt}',
      '$0',
    ].join('\n'),
  },
  {
    name: 'secret',
    label: 'run-secret',
    place: 'instruction',
    body: [
      'RUN --mount=type=secret,id=${1:token} \\\\',
      '    ${2:command --token-file /run/secrets/${1:token}}',
      '$0',
    ].join('\n'),
  },
  {
    name: 'ssh',
    label: 'run-ssh',
    place: 'instruction',
    body: ['RUN --mount=type=ssh ${1:git clone git@example.com:team/project.git}', '$0'].join('\n'),
  },
  {
    name: 'heredoc-run',
    label: 'run-heredoc',
    place: 'instruction',
    body: ['RUN <<EOF', 'set -e', '${1:command}', 'EOF', '$0'].join('\n'),
  },
  {
    name: 'heredoc-copy',
    label: 'copy-heredoc',
    place: 'instruction',
    body: ['COPY <<EOF ${1:/etc/app.conf}', '${2:content}', 'EOF', '$0'].join('\n'),
  },
];
