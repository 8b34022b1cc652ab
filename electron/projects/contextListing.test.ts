import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listContext } from './contextListing';

let project: string;
let outside: string;

beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'manifold-context-')));
  outside = await realpath(await mkdtemp(join(tmpdir(), 'manifold-outside-')));
});
afterEach(() => Promise.all([project, outside].map((path) => rm(path, { recursive: true, force: true }))));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, name)), { recursive: true });
    await writeFile(join(project, name), content);
  }
}
const names = async (prefix: string, dockerfile = 'Dockerfile'): Promise<string[]> =>
  (await listContext(project, dockerfile, prefix)).entries.map(({ name, kind }) =>
    kind === 'folder' ? `${name}/` : name,
  );

test('the names that go on what was typed, folders and files told apart', async () => {
  await write({
    Dockerfile: '',
    'src/main.go': '',
    'src/main_test.go': '',
    'src/lib/a.go': '',
    'b c.txt': '',
  });
  expect(await names('')).toEqual(['Dockerfile', 'b c.txt', 'src/']);
  expect(await names('s')).toEqual(['src/']);
  expect(await names('src/')).toEqual(['lib/', 'main.go', 'main_test.go']);
  for (const prefix of ['src/ma', './src/ma', '/src/ma', 'src//ma', 'src/lib/../ma']) {
    expect(await names(prefix), prefix).toEqual(['main.go', 'main_test.go']);
  }
  expect(await names('nowhere/')).toEqual([]);
  expect(await names('Dockerfile/')).toEqual([]);
});

test('what .dockerignore leaves out is left out, what it gives back is there', async () => {
  await write({
    '.dockerignore': '# comment\n*.log\n/deep\n!deep/kept\n',
    'a.log': '',
    'a.txt': '',
    'deep/kept/x': '',
    'deep/gone/y': '',
  });
  expect(await names('a')).toEqual(['a.txt']);
  expect(await names('d')).toEqual(['deep/']);
  expect(await names('deep/')).toEqual(['kept/']);
  expect(await names('deep/kept/')).toEqual(['x']);
  expect(await names('deep/gone/')).toEqual([]);
});

test('the Dockerfile’s own ignore file comes first, and a malformed pattern hides nothing', async () => {
  await write({ '.dockerignore': '*', 'app/x.Dockerfile.dockerignore': 'b*', 'a.txt': '', 'b.txt': '' });
  expect(await names('', 'app/x.Dockerfile')).toEqual(['.dockerignore', 'a.txt', 'app/']);
  await write({ '.dockerignore': '[\n' });
  expect(await names('b')).toEqual(['b.txt']);
});

test('nothing outside of the project is told, neither by dots nor by links', async () => {
  await writeFile(join(outside, 'secret'), '');
  await write({ 'in/file': '' });
  await symlink(outside, join(project, 'out'));
  await symlink(join(project, 'in'), join(project, 'link'));
  await symlink(join(project, 'nowhere'), join(project, 'broken'));
  for (const prefix of ['../', '../../', 'in/../../', 'out/', '..']) expect(await names(prefix)).toEqual([]);
  expect(await names('link/')).toEqual(['file']);
  expect(await names('')).toEqual(['broken', 'in/', 'link/', 'out/']);
  await expect(listContext(project, '../Dockerfile', '')).rejects.toMatchObject({ code: 'invalid-request' });
});

test('a folder of very many files is cut off, and says so', async () => {
  await write(Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`f${index}`, ''])));
  const listing = await listContext(project, 'Dockerfile', 'f');
  expect(listing.truncated).toBe(true);
  expect(listing.entries).toHaveLength(500);
});

test('stops when the answer is no longer wanted', async () => {
  await write({ a: '' });
  await expect(listContext(project, 'Dockerfile', '', AbortSignal.abort())).rejects.toThrow();
});
