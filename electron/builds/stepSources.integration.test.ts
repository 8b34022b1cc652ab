import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectFolder, type ProjectFolder } from '../../e2e/fixtures/project';
import { testEngine } from '../testing/engine';
import { never, testBuilds, type TestBuilds } from '../testing/testBuilds';

let project: ProjectFolder;
let core: TestBuilds;

beforeAll(async () => {
  project = await projectFolder({ 'hello.txt': 'hello' });
  core = await testBuilds(testEngine().buildkitAddress, project.path);
});
afterAll(async () => {
  await core.dispose();
  await project.remove();
});

/** For each step of the Dockerfile its name, without what differs between builds, and the lines it comes from. */
async function linesOf(id: string): Promise<[name: string, lines: string][]> {
  for await (const item of core.builds.progress(id, never)) {
    if (item.type !== 'snapshot') continue;
    const { steps, order, sources = {} } = item.progress;
    return order
      .filter((step) => /[[ ]\d+\/\d+\] /.test(steps[step]!.name))
      .map((step): [string, string] => [
        steps[step]!.name.replace(/@sha256:\w+/, ''),
        (sources[step] ?? [])
          .map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`))
          .join(),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
  throw new Error('no progress');
}

it('BuildKit tells which lines a build’s steps come from, also where their names don’t', async () => {
  const unique = randomUUID();
  const dockerfile = [
    'ARG TARGETARCH',
    'FROM busybox AS same',
    `RUN : ${unique} \\`,
    '  && true',
    'FROM busybox AS same',
    'COPY hello.txt /hello.txt',
    'RUN <<EOF',
    `: second ${unique}`,
    'EOF',
    'FROM same AS last-amd64',
    'FROM busybox AS last-arm64',
    `RUN : arm64 ${unique}`,
    'FROM last-$TARGETARCH AS last',
    'COPY --from=0 /bin/true /true',
    'WORKDIR /w',
  ].join('\n');
  const { id, status } = await core.run(dockerfile, { platforms: ['linux/amd64', 'linux/arm64'] });
  expect(status).toBe('succeeded');
  const lines = await linesOf(id);
  const of = (part: string): string[] =>
    lines.filter(([name]) => name.includes(part)).map(([, line]) => line);
  expect(of(`amd64 same 2/2] RUN : ${unique}`)).toEqual(['3-4']);
  expect(of('COPY hello.txt')).toEqual(['6']);
  expect(of('RUN <<EOF')).toEqual(['7-9']);
  expect(of(`RUN : arm64`)).toEqual(['12']);
  expect(of('COPY --from=0')).toEqual(['14', '14']);
  expect(of('WORKDIR')).toEqual(['15', '15']);
  // One image for several stages: all their FROMs.
  expect(of('amd64 same 1/2] FROM')[0]?.split(',')).toEqual(expect.arrayContaining(['2', '5']));
  expect(lines.every(([, line]) => line !== '')).toBe(true);
});

it('a cached build is told too, and a failing one', async () => {
  const text = `FROM busybox\nRUN : ${randomUUID()}\n`;
  await core.run(text, { platforms: ['linux/amd64'] });
  const again = await core.run(text, { platforms: ['linux/amd64'] });
  expect((await linesOf(again.id)).map(([, line]) => line)).toEqual(['1', '2']);
  const failing = await core.run(`${text}RUN exit 3\n`, { platforms: ['linux/amd64'] });
  expect(failing.status).toBe('failed');
  expect((await linesOf(failing.id)).map(([, line]) => line)).toEqual(['1', '2', '3']);
});
