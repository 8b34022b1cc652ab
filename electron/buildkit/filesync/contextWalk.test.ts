import fc from 'fast-check';
import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bytePath, matchText } from './bytePath';
import { ContextFilter } from './contextFilter';
import type { ContextTree, TreeEntry } from './contextTree';
import { walkContext } from './contextWalk';
import { FolderTree } from './folderTree';
import { followLinks, includesWithFollowed } from './followLinks';
import { GoMode } from './goFileMode';
import { MemoryTree } from './memoryTree';
import type { Stat } from './stat';
import { scratchFolder, scratchTree } from './testing/scratchFolder';

function walk(tree: ContextTree, include: string[] = [], exclude: string[] = []): Stat[] {
  return [...walkContext(tree, new ContextFilter(include, exclude))].filter((stat) => stat !== undefined);
}

function paths(files: readonly string[], include: string[], exclude: string[]): string[] {
  const tree = new MemoryTree(new Map(files.map((file) => [file, new Uint8Array()])));
  return walk(tree, include, exclude).map((stat) => stat.path);
}

/** A tree whose methods fail for chosen paths, as a file system does where the test has no such rights. */
function failing(tree: ContextTree, method: keyof ContextTree, path: string, code: string): ContextTree {
  return new Proxy(tree, {
    get(target, key: keyof ContextTree) {
      return (at: string): unknown => {
        if (key === method && at === path) throw Object.assign(new Error(code), { code });
        return target[key](at);
      };
    },
  });
}

describe('what is sent of a folder', () => {
  it('has modes, sizes and times as lstat tells them, owner and group 0, links as they stand', () => {
    const root = scratchTree({ 'bin/tool': 'x', plain: 'four' });
    chmodSync(join(root, 'bin/tool'), 0o4755);
    chmodSync(join(root, 'bin'), 0o1777);
    utimesSync(join(root, 'plain'), 1_700_000_000, 1_700_000_000.123456);
    symlinkSync('../../etc/passwd', join(root, 'out'));
    const [bin, tool, out, plain] = walk(new FolderTree(root));
    expect(bin).toMatchObject({
      path: 'bin',
      mode: (GoMode.directory | GoMode.sticky | 0o777) >>> 0,
      size: 0n,
    });
    expect(tool).toMatchObject({ path: 'bin/tool', mode: GoMode.setuid | 0o755, size: 1n, uid: 0, gid: 0 });
    expect(out).toMatchObject({ path: 'out', mode: GoMode.symlink | 0o777, linkname: '../../etc/passwd' });
    expect(plain).toMatchObject({ path: 'plain', size: 4n });
    expect(plain!.modTime / 1000n).toBe(1_700_000_000_123_456n);
  });

  it('keeps names that are UTF-8, hold newlines, or are not UTF-8 at all, in the order of their bytes', () => {
    const root = scratchFolder();
    const names = ['z', 'Z', 'é', '\u{1f600}', '\uffee', 'new\nline', 'tab\t', ' ', '.hidden'].map(bytePath);
    names.push('\xff\xfe', '\xc3', 'a\x80b');
    for (const name of names) writeFileSync(Buffer.from(`${root}/${name}`, 'latin1'), '');
    const sent = walk(new FolderTree(root)).map((stat) => stat.path);
    expect(sent).toEqual(
      names.sort((a, b) => Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'))),
    );
    const filtered = walk(new FolderTree(root), [], ['?']).map((stat) => stat.path);
    expect(filtered).toEqual(sent.filter((name) => [...matchText(name)].length > 1));
  });

  it('lists depth first, each folder before what is in it', () => {
    const names = fc.array(fc.constantFrom('a', 'a-b', 'a.b', 'a0', 'B'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(names, { maxLength: 20 }), (list) => {
        const files = new Set(list.map((parts) => `${parts.join('/')}/file`));
        const sent = paths([...files], [], []);
        const key = (path: string): string => path.replaceAll('/', '\0');
        expect(sent.map(key)).toEqual(sent.map(key).sort());
        for (const path of sent) {
          const slash = path.lastIndexOf('/');
          if (slash > 0) expect(sent.slice(0, sent.indexOf(path))).toContain(path.slice(0, slash));
        }
      }),
    );
  });

  it('names the first of a hard-linked file in the others, and a further one where the first is filtered out', () => {
    const root = scratchTree({ 'a/one': 'x' });
    linkSync(join(root, 'a/one'), join(root, 'b'));
    linkSync(join(root, 'a/one'), join(root, 'c'));
    const links = (exclude: string[]): string[][] =>
      walk(new FolderTree(root), [], exclude).map((stat) => [stat.path, stat.linkname]);
    expect(links([])).toEqual([
      ['a', ''],
      ['a/one', ''],
      ['b', 'a/one'],
      ['c', 'a/one'],
    ]);
    expect(links(['a'])).toEqual([
      ['b', ''],
      ['c', 'b'],
    ]);
  });

  it('leaves out sockets', async () => {
    const root = scratchTree({ file: '' });
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
    expect(walk(new FolderTree(root)).map((stat) => stat.path)).toEqual(['file']);
  });

  it('passes over what vanishes during the walk', () => {
    const root = scratchTree({ 'a/x': '', b: '', c: '' });
    symlinkSync('b', join(root, 'link'));
    const tree = new FolderTree(root);
    const names = (broken: ContextTree): string[] => walk(broken).map((stat) => stat.path);
    expect(names(failing(tree, 'lstat', 'b', 'ENOENT'))).toEqual(['a', 'a/x', 'c', 'link']);
    expect(names(failing(tree, 'list', 'a', 'ENOENT'))).toEqual(['a', 'b', 'c', 'link']);
    expect(names(failing(tree, 'readlink', 'link', 'ENOENT'))).toEqual(['a', 'a/x', 'b', 'c']);
  });

  it('names a folder or file that may not be read, unless it is excluded anyway', () => {
    const tree = new FolderTree(scratchTree({ 'secret/x': '', b: '' }));
    const locked = failing(tree, 'list', 'secret', 'EACCES');
    expect(() => walk(locked)).toThrow('Can\'t read the folder "secret": permission denied (EACCES).');
    expect(walk(locked, [], ['secret', '!**/keep']).map((stat) => stat.path)).toEqual(['b']);
    const hidden = failing(tree, 'lstat', 'b', 'EACCES');
    expect(() => walk(hidden)).toThrow(expect.objectContaining({ code: 'no-permission', path: '"b"' }));
  });

  it('says what is wrong with the folder itself', () => {
    const root = scratchTree({ file: '' });
    expect(() => new FolderTree(join(root, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    expect(() => new FolderTree(join(root, 'file'))).toThrow(
      expect.objectContaining({ code: 'not-a-folder' }),
    );
  });

  it('never leaves the folder through a link to a folder', () => {
    const root = scratchFolder();
    mkdirSync(join(root, 'in'));
    symlinkSync('/etc', join(root, 'in/etc'));
    expect(walk(new FolderTree(root)).map((stat) => stat.path)).toEqual(['in', 'in/etc']);
  });
});

describe('patterns select what fsutil would', () => {
  const files = ['a/b/c', 'a/b/d', 'a/e', 'f', 'node_modules/m/index.js', 'src/main.go', 'src/test/x.go'];
  // Recorded from fsutil's walk with the same patterns.
  const facts: [include: string[], exclude: string[], expected: string[]][] = [
    [
      [],
      ['a'],
      [
        'f',
        'node_modules',
        'node_modules/m',
        'node_modules/m/index.js',
        'src',
        'src/main.go',
        'src/test',
        'src/test/x.go',
      ],
    ],
    [[], ['*', '!a/b/c'], ['a', 'a/b', 'a/b/c']],
    [[], ['*', '!a/b', 'a/b/d'], ['a', 'a/b', 'a/b/c']],
    [[], ['a/b', '!a/b/*', 'node_modules', 'src', 'f'], ['a', 'a/b', 'a/b/c', 'a/b/d', 'a/e']],
    [[], ['**', '!**/*.go'], ['src', 'src/main.go', 'src/test', 'src/test/x.go']],
    [[], ['**/*.go', '!src/test', 'a', 'f', 'node_modules'], ['src', 'src/test']],
    [['a/b/c'], [], ['a', 'a/b', 'a/b/c']],
    [['a'], ['a/b'], ['a', 'a/e']],
    [['**/x.go'], [], ['src', 'src/test', 'src/test/x.go']],
    [['src/*'], ['src/test'], ['src', 'src/main.go']],
    [
      ['a', 'f'],
      ['**/d', 'a/e'],
      ['a', 'a/b', 'a/b/c', 'f'],
    ],
    [['nothing'], [], []],
    [['/f'], [], []],
    [[], ['/f', '!f', 'a', 'src', 'node_modules/m/**'], ['f', 'node_modules', 'node_modules/m']],
  ];
  it.each(facts)('include %j exclude %j', (include, exclude, expected) => {
    expect(paths(files, include, exclude)).toEqual(expected);
  });

  it('does not look into a folder in which nothing can be wanted', () => {
    const tree = new MemoryTree(new Map(files.map((file) => [file, new Uint8Array()])));
    const listed: string[] = [];
    const watched: ContextTree = {
      list: (folder) => (listed.push(folder), tree.list(folder)),
      lstat: (path): TreeEntry | undefined => tree.lstat(path),
      readlink: (path) => tree.readlink(path),
      open: (path) => tree.open(path),
    };
    walk(watched, [], ['node_modules', 'src', '!src/test/x.go']);
    expect(listed).toEqual(['', 'a', 'a/b', 'src', 'src/test']);
    listed.length = 0;
    walk(watched, ['a/b/c'], []);
    expect(listed).toEqual(['', 'a', 'a/b']);
  });
});

describe('followed paths', () => {
  it('bring the links on the way and what they point at', () => {
    const root = scratchTree({ 'real/data/file': '', 'x/other': '', y: '' });
    symlinkSync('real', join(root, 'link'));
    symlinkSync('/link/data', join(root, 'x/abs'));
    symlinkSync('../../../y', join(root, 'x/out'));
    symlinkSync('loop', join(root, 'loop'));
    const tree = new FolderTree(root);
    expect(followLinks(tree, ['x/abs/file'])).toEqual(['link', 'real/data/file', 'x/abs']);
    expect(followLinks(tree, ['x/out'])).toEqual(['x/out', 'y']);
    expect(followLinks(tree, ['x/*'])).toEqual(['link', 'real/data', 'x/*', 'y']);
    expect(followLinks(tree, ['loop', 'nowhere/a', 'y'])).toEqual(['loop', 'nowhere/a', 'y']);
    expect(followLinks(tree, ['y', '.'])).toBeUndefined();
    expect(followLinks(tree, ['../../etc/passwd'])).toEqual(['../../etc/passwd']);
  });

  it('are added to the include patterns, what is nested in another dropped', () => {
    const tree = new FolderTree(scratchTree({ 'a/b': '', c: '' }));
    expect(includesWithFollowed(tree, [], ['a', 'a/b', 'c'])).toEqual(['a', 'c']);
    expect(includesWithFollowed(tree, ['z'], ['c'])).toEqual(['z', 'c']);
    expect(includesWithFollowed(tree, ['z'], ['/'])).toEqual(['z']);
    expect(includesWithFollowed(tree, ['z'], [])).toEqual(['z']);
  });
});

describe('files in memory', () => {
  it('refuse paths that are not plain', () => {
    for (const path of ['../x', '/x', 'a//b', '', 'a/.']) {
      expect(() => new MemoryTree(new Map([[path, new Uint8Array()]]))).toThrow('not a relative path');
    }
  });
});
