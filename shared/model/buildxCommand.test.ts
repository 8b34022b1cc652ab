import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BuildSettings } from '../contract/builds';
import { defaultBuildSettings } from '../contract/builds';
import { buildxArguments, buildxCommand, shellQuote } from './buildxCommand';
import type { BuildxBuild } from './buildxCommand';

const build = (settings: Partial<BuildSettings> = {}, rest: Partial<BuildxBuild> = {}): BuildxBuild => ({
  project: '/src/hello',
  dockerfile: 'Dockerfile',
  outputFolder: '/out',
  settings: { ...defaultBuildSettings, ...settings },
  ...rest,
});

/** What a real shell makes of the text. */
function shellWords(texts: readonly string[]): string[][] {
  const script = texts.map((text) => `show ${text}`).join('\n');
  const show = `show() { for w; do printf '%s\\0' "$w"; done; printf '\\001\\0'; }`;
  const shell = spawnSync('sh', { input: `${show}\n${script}\n`, encoding: 'utf8' });
  expect(shell.stderr).toBe('');
  const words = shell.stdout.split('\0').slice(0, -1);
  const lists: string[][] = [[]];
  for (const word of words) {
    if (word === '\u0001') lists.push([]);
    else lists.at(-1)!.push(word);
  }
  return lists.slice(0, -1);
}

describe('buildxCommand', () => {
  test('says only what differs from the defaults', () => {
    expect(buildxCommand(build())).toBe(
      'docker buildx build \\\n  --output type=oci,dest=/out/hello.oci.tar \\\n  /src/hello',
    );
  });

  test('has everything of the form, an option a line', () => {
    const command = buildxCommand(
      build(
        {
          platforms: ['linux/amd64', 'linux/arm/v7'],
          target: 'app',
          tags: ['ghcr.io/acme/hello:1.4.0', 'acme/hello'],
          buildArgs: [{ name: 'MESSAGE', value: "it's  a $HOME" }],
          labels: [{ name: 'org.opencontainers.image.title', value: 'hello' }],
          buildContexts: [{ name: 'base', value: 'docker-image://alpine' }],
          secrets: [
            { id: 'netrc', source: { type: 'file', path: '/home/me/a, b' } },
            { id: 'token', source: { type: 'env', name: 'TOKEN' } },
          ],
          ssh: [
            { id: 'default', socket: '' },
            { id: 'work', socket: '/run/agent' },
          ],
          cacheFrom: ['acme/cache'],
          cacheTo: ['type=registry,ref=acme/cache,mode=max'],
          noCache: true,
          pull: true,
          provenance: false,
          sbom: true,
          output: { type: 'push' },
        },
        { builder: 'work station', dockerfile: 'docker/api.Dockerfile' },
      ),
    );
    expect(command.split(' \\\n  ')).toEqual([
      'docker buildx build',
      "--builder 'work station'",
      '--file /src/hello/docker/api.Dockerfile',
      '--platform linux/amd64,linux/arm/v7',
      '--target app',
      '--tag ghcr.io/acme/hello:1.4.0',
      '--tag acme/hello',
      `--build-arg 'MESSAGE=it'\\''s  a $HOME'`,
      '--label org.opencontainers.image.title=hello',
      '--build-context base=docker-image://alpine',
      `--secret 'id=netrc,"src=/home/me/a, b"'`,
      '--secret id=token,env=TOKEN',
      '--ssh default',
      '--ssh work=/run/agent',
      '--cache-from acme/cache',
      '--cache-to type=registry,ref=acme/cache,mode=max',
      '--no-cache',
      '--pull',
      '--provenance=false',
      '--sbom=true',
      '--push',
      '/src/hello',
    ]);
  });

  test.each([
    [{ type: 'load' }, '--load'],
    [{ type: 'cacheonly' }, '--output type=cacheonly'],
    [{ type: 'local', path: '/tmp/out' }, '--output type=local,dest=/tmp/out'],
    [{ type: 'tar', path: '/tmp/"x".tar' }, `--output 'type=tar,"dest=/tmp/""x"".tar"'`],
    [{ type: 'docker' }, '--output type=docker,dest=/out/hello.docker.tar'],
  ] as const)('output %j', (output, expected) => {
    expect(buildxCommand(build({ output })).split(' \\\n  ').at(-2)).toBe(expected);
  });
});

describe('in a POSIX shell', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => !/[\0\u0001]/.test(value));
  const anyText = fc.oneof(text, fc.stringMatching(/^['"\\$` \n*~#&|;<>(){}!-]{0,8}$/));
  const wellFormed = anyText.filter((value) => value.isWellFormed());

  test('every quoted text is one word, unchanged', () => {
    const texts = fc.sample(wellFormed, { numRuns: 500, seed: 1 });
    expect(shellWords(texts.map(shellQuote))).toEqual(texts.map((value) => [value]));
  });

  test('the command gives back its arguments', () => {
    const named = fc.record({ name: wellFormed, value: wellFormed });
    const builds = fc.record({
      builder: wellFormed,
      project: wellFormed,
      dockerfile: wellFormed,
      outputFolder: wellFormed,
      settings: fc.record({
        platforms: fc.array(fc.constantFrom('linux/amd64', 'linux/arm64')),
        extraPlatforms: fc.constant<string[]>([]),
        target: wellFormed,
        tags: fc.array(wellFormed),
        buildArgs: fc.array(named),
        labels: fc.array(named),
        secrets: fc.array(
          fc.record({
            id: wellFormed,
            source: fc.record({ type: fc.constant('file' as const), path: wellFormed }),
          }),
        ),
        ssh: fc.array(fc.record({ id: wellFormed, socket: wellFormed })),
        buildContexts: fc.array(named),
        cacheFrom: fc.array(wellFormed),
        cacheTo: fc.array(wellFormed),
        noCache: fc.boolean(),
        pull: fc.boolean(),
        provenance: fc.boolean(),
        sbom: fc.boolean(),
        output: fc.oneof(
          fc.record({ type: fc.constant('local' as const), path: wellFormed }),
          fc.record({ type: fc.constant('push' as const) }),
        ),
      }),
    });
    const samples = fc.sample(builds, { numRuns: 200, seed: 2 });
    expect(shellWords(samples.map(buildxCommand))).toEqual(
      samples.map((sample) => buildxArguments(sample).flat()),
    );
  });
});
