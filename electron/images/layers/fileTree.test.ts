import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileFilter } from '../../../shared/contract';
import { FileTree } from './fileTree';
import { layerView, mergedView, type FileView } from './fileView';
import type { LayerIndex } from './layerIndex';
import { PathPattern } from './pathPattern';
import { idOfPath, pathOfId } from './rowId';
import { indexOf } from './testing/indexOf';
import { tarFile, type TarFileEntry } from './testing/tarFile';

/** Everything of a file system by path, as `kind content`. */
type Model = Map<string, string>;

const name = fc.constantFrom('a', 'b', 'c', 'd');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const step = fc.record({
  path,
  what: fc.constantFrom('file', 'file', 'directory', 'whiteout', 'opaque'),
  content: fc.string({ maxLength: 6 }),
});
/** A layer whose paths don't contradict each other, as tools write them: whiteouts hide nothing of their own layer. */
const layer = fc
  .uniqueArray(step, { selector: ({ path }) => path, maxLength: 8 })
  .map((steps) =>
    steps.filter(
      ({ path, what }) =>
        what === 'directory' ||
        what === 'opaque' ||
        !steps.some((other) => other.path.startsWith(`${path}/`)),
    ),
  );
type Step = { path: string; what: string; content: string };

function entriesOf(steps: readonly Step[]): TarFileEntry[] {
  return steps.flatMap(({ path, what, content }): TarFileEntry[] => {
    const [, folder = '', last] = /^(.*\/)?([^/]+)$/.exec(path)!;
    switch (what) {
      case 'file':
        return [{ name: path, content }];
      case 'whiteout':
        return [{ name: `${folder}.wh.${last}`, content: '' }];
      case 'opaque':
        return [
          { name: path, type: 'directory' },
          { name: `${path}/.wh..wh..opq`, content: '' },
        ];
      default:
        return [{ name: path, type: 'directory' }];
    }
  });
}

/** Unpacks a layer over a file system, as image-spec layer.md says, in the plainest way. */
function apply(model: Model, steps: readonly Step[]): void {
  const remove = (path: string, itself: boolean): void => {
    for (const key of [...model.keys()])
      if (key.startsWith(`${path}/`) || (itself && key === path)) model.delete(key);
  };
  for (const { path, what } of steps) {
    if (what === 'whiteout') remove(path, true);
    if (what === 'opaque') remove(path, false);
  }
  for (const { path, what, content } of steps) {
    if (what === 'whiteout') {
      // The folder in which something was deleted is in the layer, too.
      if (path.includes('/')) makeFolders(model, path.slice(0, path.lastIndexOf('/') + 1));
      continue;
    }
    makeFolders(model, path);
    if (what === 'file') {
      remove(path, true);
      model.set(path, `file ${content}`);
    } else if (!model.get(path)?.startsWith('directory')) model.set(path, 'directory');
  }
}

function makeFolders(model: Model, path: string): void {
  const parts = path.split('/').slice(0, -1);
  parts.forEach((_, at) => {
    const folder = parts.slice(0, at + 1).join('/');
    if (model.get(folder) !== 'directory') model.set(folder, 'directory');
  });
}

function pathsOf(view: FileView): string[] {
  return Array.from({ length: view.count - 1 }, (_, at) =>
    view.layers[view.layer[at + 1]!]!.pathBytes(view.entry[at + 1]!).toString(),
  );
}

const noFilter: FileFilter = { text: '', show: [], differences: [] };
const window = { toggled: [], offset: 0, count: 2000 };

describe('the file system that layers make', () => {
  it('is what unpacking them one over the other gives, and nothing is lost from the count of bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(layer, { minLength: 1, maxLength: 5 }), async (layers) => {
        const indexes: LayerIndex[] = [];
        const model: Model = new Map();
        for (const steps of layers) {
          indexes.push(await indexOf(await tarFile(entriesOf(steps))));
          apply(model, steps);
        }
        const view = mergedView(indexes);
        expect(pathsOf(view).sort()).toEqual([...model.keys()].sort());
        const sizes = [...model.values()].map((value) =>
          value.startsWith('file ') ? Buffer.byteLength(value.slice(5)) : 0,
        );
        const total = sizes.reduce((sum, size) => sum + size, 0);
        expect(view.size[0]).toBe(total);
        const all = indexes.reduce(
          (sum, { columns }) => sum + columns.size.reduce((sum, size) => sum + size, 0),
          0,
        );
        expect(view.wastedBytes).toBe(all - total);
        expect(view.wasted.reduce((sum, { size }) => sum + size, 0)).toBe(view.wastedBytes);
        for (const { layer, byLayer } of view.wasted) expect(byLayer).toBeGreaterThan(layer);
      }),
      { numRuns: 150 },
    );
  }, 20_000);

  it('says which layer a path comes from, and who wasted what', async () => {
    const indexes = [
      await indexOf(
        await tarFile([
          { name: 'etc/', type: 'directory', mode: 0o700 },
          { name: 'etc/conf', content: 'one' },
          { name: 'big', content: 'x'.repeat(1000) },
          { name: 'cache/x', content: 'y'.repeat(10) },
        ]),
      ),
      await indexOf(await tarFile([{ name: 'etc/conf', content: 'three' }])),
      await indexOf(
        await tarFile([
          { name: '.wh.big', content: '' },
          { name: 'cache/.wh..wh..opq', content: '' },
        ]),
      ),
    ];
    const view = mergedView(indexes);
    expect(pathsOf(view)).toEqual(['cache', 'etc', 'etc/conf']);
    expect([...view.layer]).toEqual([2, 2, 0, 1]);
    expect(view.wasted).toEqual([
      { path: 'big', size: 1000, layer: 0, byLayer: 2, how: 'deleted' },
      { path: 'cache/x', size: 10, layer: 0, byLayer: 2, how: 'deleted' },
      { path: 'etc/conf', size: 3, layer: 0, byLayer: 1, how: 'overwritten' },
    ]);
  });
});

describe('files side by side', () => {
  let tree: FileTree;
  const time = new Date(0);
  beforeAll(async () => {
    const left = await indexOf(
      await tarFile([
        { name: 'bin/tool', content: elf(62), mode: 0o755, mtime: time },
        { name: 'bin/same', content: 'same', mtime: time },
        { name: 'etc/a.conf', content: 'a', mtime: time },
        { name: 'etc/Straße', content: 'x', mtime: time },
        { name: 'only/left', content: '12345', mtime: time },
        { name: 'link', type: 'symlink', linkname: 'a', mtime: time },
        { name: 'who', content: 'w', uid: 1, mode: 0o600, mtime: time },
        { name: '.wh.gone', content: '', mtime: time },
      ]),
    );
    const right = await indexOf(
      await tarFile([
        { name: 'bin/tool', content: elf(183), mode: 0o755, mtime: new Date(5000) },
        { name: 'bin/same', content: 'same', mtime: time },
        { name: 'etc/a.conf', content: 'bb', mtime: time },
        { name: 'etc/Straße', content: 'x', mtime: time },
        { name: 'link', type: 'symlink', linkname: 'b', mtime: time },
        { name: 'who', content: 'w', uid: 2, mode: 0o644, mtime: time },
        { name: 'gone', content: 'here', mtime: time },
      ]),
    );
    tree = new FileTree([
      { view: layerView(left, 0), platform: 'linux/arm64' },
      { view: layerView(right, 0), platform: 'linux/arm64' },
    ]);
  });
  const paths = (filter: Partial<FileFilter>) =>
    tree.rows({ ...window, filter: { ...noFilter, ...filter } }).rows.map(({ path }) => path);

  it('is folded at first, and unfolds', () => {
    const folded = tree.rows({ ...window, filter: noFilter });
    expect(folded.rows.map(({ path }) => path)).toEqual(['bin', 'etc', 'gone', 'link', 'only', 'who']);
    expect(folded).toMatchObject({ total: 6, matching: 11 });
    const unfolded = tree.rows({ ...window, filter: noFilter, toggled: ['/bin', '/nowhere'] });
    expect(unfolded.rows.map(({ path }) => path).slice(0, 4)).toEqual(['bin', 'bin/same', 'bin/tool', 'etc']);
    expect(unfolded.rows.map(({ expanded }) => expanded).slice(0, 2)).toEqual([true, false]);
    expect(unfolded.rows[2]).toMatchObject({
      depth: 1,
      position: 2,
      siblings: 2,
      name: 'tool',
      id: '/bin/tool',
    });
    const part = tree.rows({ filter: noFilter, toggled: ['/bin'], offset: 1, count: 2 });
    expect(part.rows).toEqual(unfolded.rows.slice(1, 3));
  });

  it('tells what differs', () => {
    const by = Object.fromEntries(
      tree
        .rows({ ...window, filter: noFilter, toggled: ['/bin', '/etc', '/only'] })
        .rows.map((row) => [row.path, row]),
    );
    expect(by['bin/same']).toMatchObject({ comparison: 'identical', differences: [] });
    expect(by['bin/tool']).toMatchObject({ comparison: 'differs', differences: ['content', 'time'] });
    expect(by['etc/a.conf']).toMatchObject({ differences: ['size', 'content'] });
    expect(by['link']).toMatchObject({ differences: ['target'] });
    expect(by['who']).toMatchObject({ differences: ['mode', 'owner'] });
    expect(by['gone']).toMatchObject({ differences: ['kind'] });
    expect(by['only/left']).toMatchObject({ comparison: 'only', cells: [{ size: 5 }, null] });
    expect(by['bin']).toMatchObject({ comparison: 'identical', differing: 1, isDirectory: true });
    expect(by['only']!.cells[0]).toMatchObject({ kind: 'directory', size: 5 });
  });

  it('flags the binary of the wrong machine', () => {
    const { columns, ...counts } = tree.summary();
    expect(columns.map(({ wrongMachine }) => wrongMachine)).toEqual([
      [{ path: 'bin/tool', executable: { format: 'elf', machines: ['x86-64'], wrongMachine: true } }],
      [],
    ]);
    expect(counts).toEqual({ paths: 11, differs: 5, only: 2 });
    expect(columns[0]!.biggest[0]).toEqual({ path: 'bin/tool', size: 64, layer: 0 });
    expect(paths({ show: ['wrong-machine'] })).toEqual(['bin', 'bin/tool']);
  });

  it('filters by path, kind of row and kind of difference', () => {
    expect(paths({ text: 'STRASSE' })).toEqual([]);
    expect(paths({ text: 'strAß' })).toEqual(['etc', 'etc/Straße']);
    expect(paths({ text: 'etc/a?c' })).toEqual(['etc', 'etc/a.conf']);
    expect(paths({ text: 'b*n*e' })).toEqual(['bin', 'bin/same']);
    expect(paths({ text: 'bin' })).toEqual(['bin', 'bin/same', 'bin/tool']);
    expect(paths({ show: ['whiteout'] })).toEqual(['gone']);
    expect(paths({ show: ['only'] })).toEqual(['only', 'only/left']);
    expect(paths({ show: ['differs'], differences: ['mode'] })).toEqual(['who']);
    expect(paths({ show: ['differs'], differences: ['time', 'size'] })).toEqual([
      ...['bin', 'bin/tool', 'etc', 'etc/a.conf'],
    ]);
    expect(paths({ show: ['identical'], text: 'e' })).toEqual(['bin', 'bin/same', 'etc', 'etc/Straße']);
    const { rows } = tree.rows({ ...window, toggled: ['/bin'], filter: { ...noFilter, text: 'bin' } });
    expect(rows.map(({ path, expanded }) => [path, expanded])).toEqual([['bin', false]]);
  });

  it('filters thousands of paths', async () => {
    // More than any column has room for at first, so that each file is once where one has to grow.
    const names = Array.from({ length: 5000 }, (_, file) => `f${String(file).padStart(4, '0')}`);
    const index = await indexOf(await tarFile(names.map((name) => ({ name, content: name }))));
    const many = new FileTree([{ view: layerView(index, 0), platform: 'linux/amd64' }]);
    const found = many.rows({ ...window, filter: { ...noFilter, text: 'f4999' } });
    expect(found).toMatchObject({
      total: 1,
      matching: 1,
      rows: [{ path: 'f4999', position: 1, siblings: 1 }],
    });
  });

  it('finds files and refuses what is none', () => {
    expect(tree.locate('/etc/a.conf', 1)).toMatchObject({ size: 2, name: 'a.conf', layer: 0 });
    expect(() => tree.locate('/bin', 0)).toThrow(/no file/);
    expect(() => tree.locate('/only/left', 1)).toThrow(/no such file/);
    expect(() => tree.locate('nonsense', 0)).toThrow(/no such file/);
  });
});

it('keeps its order when there are more rows than it had room for', async () => {
  const names = Array.from({ length: 5000 }, (_, at) => `d${at % 7}/f${at}`);
  const index = await indexOf(await tarFile(names.map((name) => ({ name, content: '' }))));
  const views = [0, 1].map(() => ({ view: mergedView([index]), platform: undefined }));
  for (const columns of [views.slice(1), views]) {
    const tree = new FileTree(columns);
    for (const text of ['f4', 'd3', 'd?/f', 'f4999']) {
      const filter: FileFilter = { text, show: ['identical'], differences: [] };
      const shown = tree.rows({ filter, toggled: [], offset: 0, count: 6000 });
      const expected = names.filter((name) => new PathPattern(text).matches(name)).length;
      expect(shown.rows.filter(({ isDirectory }) => !isDirectory).length).toBe(expected);
      expect(shown.rows.length).toBe(shown.total);
    }
  }
});

describe('ids of rows', () => {
  it('bring any path back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(pathOfId(idOfPath(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('the pattern of a filter', () => {
  it('matches what a regular expression does', () => {
    const text = fc.stringMatching(/^[ab?*/]{0,8}$/);
    fc.assert(
      fc.property(text, fc.stringMatching(/^[ab/]{0,12}$/), (pattern, path) => {
        const expression = new RegExp(pattern.replaceAll('*', '.*').replaceAll('?', '.'));
        expect(new PathPattern(pattern).matches(path)).toBe(expression.test(path));
      }),
      { numRuns: 2000 },
    );
  });
});

function elf(machine: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}
