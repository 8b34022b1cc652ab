import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../../../shared/contract';
import type {
  Executable,
  FileContent,
  FileRow,
  FileRowsRequest,
  FileTreeRequest,
  FileTreeSummary,
} from '../../../../shared/contract';
import type { ImageColumn, SelectedLayer } from '../../../../shared/model/imageComparison';
import { initLocales } from '../../../locales';
import { sampleCell, sampleColumn, sampleRow, sampleSummary } from '../../../testing/imageColumns';
import { scriptedStudio } from '../../../testing/scriptedStudio';
import type { ScriptedStudio } from '../../../testing/scriptedStudio';
import { LayerFiles } from './LayerFiles';
import { useUnpackedSizes } from './unpackedSizes';

// Monaco needs a real browser.
vi.mock('./TextView', () => ({
  default: ({ original, text, label }: { original?: string; text: string; label: string }) => (
    <pre aria-label={label}>{original === undefined ? text : `${original}|${text}`}</pre>
  ),
}));

const amd64 = sampleColumn('linux/amd64', [
  { text: 'ADD rootfs-x86_64.tar.gz /', digest: 'sha256:a1' },
  { text: 'COPY tool /usr/local/bin/', digest: 'sha256:a2' },
  { text: 'RUN apk add curl', digest: 'sha256:a3' },
]);
const arm64 = sampleColumn('linux/arm64', [
  { text: 'ADD rootfs-aarch64.tar.gz /', digest: 'sha256:b1' },
  { text: 'COPY tool /usr/local/bin/', digest: 'sha256:b2' },
]);
const first: SelectedLayer = { columnId: 'linux/amd64', layer: 0 };

const wrong: Executable = { format: 'elf', machines: ['x86-64'], wrongMachine: true };
const right: Executable = { ...wrong, wrongMachine: false };
const rows: FileRow[] = [
  sampleRow('bin', {
    isDirectory: true,
    cells: [
      sampleCell({ kind: 'directory', size: 810_000 }),
      sampleCell({ kind: 'directory', size: 921_000 }),
    ],
    differing: 3,
  }),
  sampleRow('etc', {
    isDirectory: true,
    expanded: true,
    cells: [sampleCell({ kind: 'directory' }), sampleCell({ kind: 'directory' })],
  }),
  sampleRow('etc/os-release', { cells: [sampleCell({ size: 162 }), sampleCell({ size: 162 })] }),
  sampleRow('etc/arch', {
    cells: [sampleCell({ size: 7 }), sampleCell({ size: 8, mode: 0o4755 })],
    comparison: 'differs',
    differences: ['size', 'mode'],
  }),
  sampleRow('tool', {
    cells: [sampleCell({ executable: right }), sampleCell({ executable: wrong })],
  }),
  sampleRow('only', { cells: [null, sampleCell()], comparison: 'only' }),
  sampleRow('link', {
    cells: [sampleCell({ kind: 'symlink', target: '/bin/busybox' }), sampleCell({ kind: 'symlink' })],
  }),
  ...Array.from({ length: 200 }, (_, index) => sampleRow(`more${index}`)),
];

// A busy machine takes longer than the second that is usual.
configure({ asyncUtilTimeout: 10_000 });

let core: ScriptedStudio;
let summary: FileTreeSummary;
let contents: (column: number) => FileContent;
beforeEach(() => {
  initLocales('en');
  // happy-dom lays nothing out; the virtual list needs a height to draw rows.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
  summary = sampleSummary();
  contents = (column) => ({ kind: 'text', text: `text ${column}\n`, size: 7 });
  core = scriptedStudio({
    'images.fileRows': ({ offset, count, filter, toggled }) => {
      const shown = rows.filter(({ path }) => path.includes(filter.text) && !toggled.includes(`not ${path}`));
      return { total: shown.length, matching: shown.length, rows: shown.slice(offset, offset + count) };
    },
    'images.fileContent': async ({ column }) => contents(column),
    'images.saveFile': () => ({ path: '/home/me/tool' }),
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function show(columns: ImageColumn[] = [amd64, arm64], selected: SelectedLayer | undefined = first) {
  return render(<LayerFiles columns={columns} selected={selected} />);
}
/** Shows the files, read to the end. */
async function showRead(columns?: ImageColumn[], selected?: SelectedLayer) {
  const result = show(columns, selected);
  act(() => core.push('images.fileTree', { type: 'ready', tree: 't1', summary }));
  await screen.findByRole('treeitem', { name: 'bin' });
  return result;
}
const tree = (): HTMLElement => screen.getByRole('tree', { name: 'Layer files' });
const item = (name: string): HTMLElement => screen.getByRole('treeitem', { name });
const description = (name: string): string =>
  document.getElementById(item(name).getAttribute('aria-describedby')!)!.textContent;
const activeName = (): string =>
  document.getElementById(tree().getAttribute('aria-activedescendant')!)!.textContent;
const press = (key: string): void => {
  fireEvent.keyDown(tree(), { key });
};
const lastRequest = (): FileRowsRequest => core.paramsOf('images.fileRows').at(-1)!;
const opened = (): FileTreeRequest[] => core.open('images.fileTree');

describe('the heads of the files', () => {
  it('are the platforms of one image', async () => {
    await showRead();
    expect(screen.getByTitle('linux/arm64').textContent).toBe('linux/arm64arm64');
  });

  it('name platform and image where there are several, in short and in full', async () => {
    const other = {
      ...arm64,
      id: 'other',
      platform: 'linux/amd64',
      imageName: 'ghcr.io/acme/team/another-name:2.0.1',
    };
    await showRead([{ ...amd64, imageName: 'ghcr.io/acme/hello:1' }, other]);
    const head = screen.getByTitle('ghcr.io/acme/team/another-name:2.0.1 linux/amd64');
    const [full, platform, image] = head.children;
    // What is read out, and what is seen: two lines.
    expect(full?.textContent).toBe('ghcr.io/acme/team/another-name:2.0.1 linux/amd64');
    expect(platform?.getAttribute('aria-hidden')).toBe('true');
    expect(platform?.textContent).toBe('amd64');
    expect(image?.getAttribute('aria-hidden')).toBe('true');
    expect(image?.textContent).toBe('another-name:2.0.1');
  });
});

describe('reading', () => {
  it('reads the step of every image, also where one has no layer for it', () => {
    const { unmount } = show([amd64, arm64], { columnId: 'linux/amd64', layer: 2 });
    expect(opened()).toEqual([
      {
        columns: [
          expect.objectContaining({
            platform: 'linux/amd64',
            view: 'layer',
            layers: [expect.objectContaining({ digest: 'sha256:a3', diffId: 'diff-sha256:a3' })],
          }),
          expect.objectContaining({ platform: 'linux/arm64', layers: [] }),
        ],
      },
    ]);
    unmount();
    expect(opened()).toEqual([]);
  });

  it('tells what a descriptor says about a table of contents, and where a foreign layer is to be had', () => {
    const [layer] = amd64.manifest.layers;
    const annotations = { 'containerd.io/snapshot/stargz/toc.digest': 'sha256:70c' };
    const urls = ['https://example.com/layer'];
    const manifest = { ...amd64.manifest, layers: [{ ...layer!, annotations, urls }] };
    show([{ ...amd64, manifest }]);
    expect(opened()[0]!.columns[0]!.layers).toMatchObject([{ digest: 'sha256:a1', annotations, urls }]);
  });

  it('reads everything up to the step when that is asked for', () => {
    show([amd64, arm64], { columnId: 'linux/amd64', layer: 2 });
    fireEvent.click(screen.getByRole('radio', { name: 'Merged up to here' }));
    expect(opened()).toHaveLength(1);
    expect(
      opened()[0]!.columns.map(({ view, layers }) => [view, layers.map(({ digest }) => digest)]),
    ).toEqual([
      ['merged', ['sha256:a1', 'sha256:a2', 'sha256:a3']],
      ['merged', ['sha256:b1', 'sha256:b2']],
    ]);
  });

  it('tells how far it is, can be cancelled, and read again', () => {
    show();
    act(() =>
      core.push('images.fileTree', {
        type: 'progress',
        readBytes: 120e6,
        totalBytes: 340e6,
        entries: 12_000,
      }),
    );
    expect(screen.getByRole('status', { name: 'Reading files' }).textContent).toBe(
      'Reading layer 1: 120 MB of 340 MB, 12,000 files',
    );
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(opened()).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Read again' }));
    expect(opened()).toHaveLength(1);
  });

  it('reads another step though the reading of one was cancelled', () => {
    const { rerender } = show();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    rerender(<LayerFiles columns={[amd64, arm64]} selected={{ columnId: 'linux/amd64', layer: 1 }} />);
    expect(opened()).toHaveLength(1);
    expect(screen.getByRole('status', { name: 'Reading files' }).textContent).toBe('Reading layer 2…');
  });

  it('reads on when what is read stays the same', async () => {
    const { rerender } = await showRead();
    press('ArrowDown');
    const active = activeName();
    rerender(<LayerFiles columns={[{ ...amd64, layerLines: [] }, arm64]} selected={first} />);
    expect(activeName()).toBe(active);
  });

  it('takes no layer for as large as the one before it', async () => {
    const step = (layer: number): SelectedLayer => ({ columnId: 'linux/amd64', layer });
    summary = sampleSummary();
    const size = summary.columns[0]!.size;
    function Sizes() {
      return <output>{JSON.stringify([...useUnpackedSizes()])}</output>;
    }
    const both = (selected: SelectedLayer) => (
      <>
        <LayerFiles columns={[amd64, arm64]} selected={selected} />
        <Sizes />
      </>
    );
    const { rerender } = render(both(step(0)));
    act(() => core.push('images.fileTree', { type: 'ready', tree: 't1', summary }));
    rerender(both(step(1)));
    const known = new Map(JSON.parse(document.querySelector('output')!.textContent) as [string, number][]);
    expect(known.get('sha256:a1')).toBe(size);
    expect(known.has('sha256:a2')).toBe(false);
  });

  it('shows why it failed, and tries again', () => {
    show();
    act(() =>
      core.end(
        'images.fileTree',
        new StudioError({ code: 'image-invalid', message: 'The archive ends too early.' }),
      ),
    );
    expect(screen.getByRole('alert').textContent).toContain('The archive ends too early.');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(opened()).toHaveLength(1);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('reads another layer in place of the one before', async () => {
    const { rerender } = await showRead();
    rerender(<LayerFiles columns={[amd64, arm64]} selected={{ columnId: 'linux/arm64', layer: 1 }} />);
    expect(opened().map(({ columns }) => columns[1]!.layers[0]!.digest)).toEqual(['sha256:b2']);
    expect(screen.queryByRole('tree')).toBeNull();
  });
});

describe('the tree', () => {
  it('has a row a path: sizes, machines, and how the platforms differ', async () => {
    await showRead();
    expect(description('etc')).toContain('identical');
    expect(description('bin')).toBe('linux/amd64: 810 kB; linux/arm64: 921 kB; 3 differ below');
    expect(description('arch')).toBe('linux/amd64: 7; linux/arm64: 8; differs: size, mode');
    expect(description('only')).toBe('linux/amd64: not there; linux/arm64: 7; arm64 only');
    expect(description('link')).toContain('→ /bin/busybox');
    expect(item('bin').getAttribute('aria-expanded')).toBe('false');
    expect(item('os-release').getAttribute('aria-level')).toBe('2');
  });

  it('draws only what is in sight', async () => {
    await showRead();
    expect(within(tree()).getAllByRole('treeitem').length).toBeLessThan(60);
  });

  it('marks a binary of the wrong machine, and shows all of them on request', async () => {
    summary = sampleSummary();
    summary.columns[1]!.wrongMachine = [{ path: 'usr/local/bin/tool', executable: wrong }];
    await showRead();
    expect(description('tool')).toContain('amd64 binary in linux/arm64');
    const notes = within(screen.getByRole('list', { name: 'Binaries of the wrong machine' }));
    fireEvent.click(notes.getByRole('button', { name: 'amd64 binary in linux/arm64: /usr/local/bin/tool' }));
    await waitFor(() =>
      expect(lastRequest().filter).toEqual({
        text: 'usr/local/bin/tool',
        show: ['wrong-machine'],
        differences: [],
      }),
    );
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Wrong machine 1' }).checked).toBe(true);
  });

  it('moves by keys, folds, and leads from a file to its folder', async () => {
    await showRead();
    tree().focus();
    expect(activeName()).toBe('bin');
    press('ArrowDown');
    expect(activeName()).toBe('etc');
    press('ArrowRight');
    expect(activeName()).toBe('os-release');
    press('ArrowLeft');
    await waitFor(() => expect(activeName()).toBe('etc'));
    press('ArrowLeft');
    await waitFor(() => expect(lastRequest().toggled).toEqual(['etc']));
    press('Home');
    press('ArrowRight');
    await waitFor(() => expect(lastRequest().toggled).toEqual(['etc', 'bin']));
    press('PageDown');
    press('PageUp');
    expect(activeName()).toBe('bin');
  });

  it('unfolds a folder by a click, and all of them by a button', async () => {
    await showRead();
    fireEvent.click(item('bin'));
    await waitFor(() => expect(lastRequest().toggled).toEqual(['bin']));
    fireEvent.click(screen.getByRole('button', { name: 'Unfold all folders' }));
    await waitFor(() => expect(lastRequest().filter.show).toContain('identical'));
    expect(lastRequest().toggled).toEqual([]);
  });

  it('has all folders unfolded at first where there are few paths, until somebody folds them', async () => {
    summary = sampleSummary({ paths: 200 });
    await showRead();
    const unfold = screen.getByRole('button', { name: 'Unfold all folders' });
    expect(unfold.getAttribute('aria-pressed')).toBe('true');
    expect(lastRequest().filter.show).toContain('identical');
    fireEvent.click(unfold);
    await waitFor(() => expect(lastRequest().filter.show).toEqual([]));
    cleanup();
    summary = sampleSummary({ paths: 201 });
    await showRead();
    expect(lastRequest().filter.show).toEqual([]);
  });

  it('tells mode, owner and time of the selected path', async () => {
    await showRead();
    fireEvent.click(item('arch'));
    const facts = screen.getByRole('group', { name: 'Selected file' });
    expect(facts.textContent).toContain('/etc/arch');
    expect(facts.textContent).toContain('-rw-r--r-- 0:0');
    expect(facts.textContent).toContain('-rwsr-xr-x 0:0');
  });
});

describe('filtering', () => {
  it('by path waits for the end of typing, and keeps the rows until others are there', async () => {
    await showRead();
    const search = screen.getByRole('searchbox', { name: 'Filter paths' });
    const before = core.paramsOf('images.fileRows').length;
    fireEvent.change(search, { target: { value: 'e' } });
    fireEvent.change(search, { target: { value: 'etc' } });
    expect(core.paramsOf('images.fileRows')).toHaveLength(before);
    expect(item('bin')).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('treeitem', { name: 'bin' })).toBeNull());
    expect(lastRequest().filter.text).toBe('etc');
    expect(core.paramsOf('images.fileRows').some(({ filter }) => filter.text === 'e')).toBe(false);
    expect(screen.getByText('3 found')).toBeTruthy();
  });

  it('says when nothing fits, and clears itself', async () => {
    await showRead();
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter paths' }), {
      target: { value: 'nowhere' },
    });
    await screen.findByText('No path fits the filter.');
    fireEvent.click(screen.getByRole('button', { name: 'Clear the filter' }));
    await screen.findByRole('treeitem', { name: 'bin' });
  });

  it('by kind of difference, and by what differs', async () => {
    await showRead();
    expect(screen.getByRole('radio', { name: 'All 412' })).toBeTruthy();
    fireEvent.click(screen.getByRole('radio', { name: 'Only some 9' }));
    await waitFor(() => expect(lastRequest().filter.show).toEqual(['only']));
    fireEvent.click(screen.getByRole('radio', { name: 'Differ 31' }));
    await waitFor(() => expect(lastRequest().filter.show).toEqual(['differs']));
    fireEvent.click(screen.getByRole('button', { name: 'Kinds of difference: Any difference' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'mode' }));
    await waitFor(() => expect(lastRequest().filter.differences).toEqual(['mode']));
  });

  it('has no kinds of difference for a single image', async () => {
    summary = sampleSummary({}, 1);
    const one = sampleColumn('linux/amd64', [{ text: 'COPY a /', digest: 'sha256:a1' }]);
    await showRead([one]);
    expect(screen.queryByRole('radio', { name: /Differ/ })).toBeNull();
    expect(screen.getByRole('radio', { name: 'Deletions' })).toBeTruthy();
  });

  it('leads to the biggest files and to wasted space', async () => {
    summary.columns[0]!.biggest = [{ path: 'usr/lib/libbig.so', size: 5e6, layer: 0 }];
    summary.columns[1]!.wastedBytes = 12e6;
    summary.columns[1]!.wasted = [
      { path: 'var/cache/apk', size: 12e6, layer: 0, byLayer: 2, how: 'deleted' },
    ];
    show();
    fireEvent.click(screen.getByRole('radio', { name: 'Merged up to here' }));
    act(() => core.push('images.fileTree', { type: 'ready', tree: 't2', summary }));
    fireEvent.click(screen.getByRole('button', { name: 'Wasted space 12.0 MB' }));
    const dialog = () => within(screen.getByRole('dialog'));
    fireEvent.click(dialog().getByRole('radio', { name: 'linux/arm64' }));
    expect(dialog().getByRole('list', { name: 'Wasted space' }).textContent).toBe(
      '12.0 MBvar/cache/apkdeleted in layer 3',
    );
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    fireEvent.click(screen.getByRole('button', { name: 'Biggest files' }));
    fireEvent.click(dialog().getByRole('button', { name: /libbig/ }));
    await waitFor(() => expect(lastRequest().filter.text).toBe('usr/lib/libbig.so'));
  });
});

describe('the contents of a file', () => {
  const open = async (name: string): Promise<HTMLElement> => {
    await showRead();
    tree().focus();
    fireEvent.click(item(name));
    press('Enter');
    return screen.findByRole('dialog');
  };

  it('that is text are compared, and closing leads back to the tree', async () => {
    const dialog = await open('arch');
    expect((await within(dialog).findByLabelText('arch in linux/arm64')).textContent).toBe(
      'text 0\n|text 1\n',
    );
    expect(core.paramsOf('images.fileContent')).toEqual([
      { tree: 't1', id: 'etc/arch', column: 0 },
      { tree: 't1', id: 'etc/arch', column: 1 },
    ]);
    fireEvent.keyDown(dialog, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.activeElement).toBe(tree());
    expect(activeName()).toBe('arch');
  });

  it('that are identical are shown once, and said to be', async () => {
    contents = () => ({ kind: 'text', text: 'same', size: 4 });
    const dialog = await open('os-release');
    expect(await within(dialog).findByText('The contents are identical.')).toBeTruthy();
    expect((await within(dialog).findByLabelText('os-release in linux/arm64')).textContent).toBe('same');
  });

  it('of one image only have no other side', async () => {
    const dialog = await open('only');
    expect((await within(dialog).findByLabelText('only in linux/arm64')).textContent).toBe('text 1\n');
    expect(within(dialog).queryByRole('combobox')).toBeNull();
  });

  it('that are images stand side by side', async () => {
    contents = (column) => ({
      kind: 'image',
      mediaType: 'image/png',
      bytes: new Uint8Array([1, 2, column]),
      size: 3,
    });
    const dialog = await open('tool');
    const images = await within(dialog).findAllByRole<HTMLImageElement>('img');
    expect(images.map(({ src }) => src)).toEqual([
      'data:image/png;base64,AQIA',
      'data:image/png;base64,AQIB',
    ]);
  });

  it('that are neither are hexadecimal', async () => {
    contents = (column) => ({
      kind: 'binary',
      bytes: new TextEncoder().encode(`\u007fELF${column}`),
      size: 5_000_000,
    });
    const dialog = await open('tool');
    const hex = await within(dialog).findByRole('region', { name: 'tool in linux/amd64, as hexadecimal' });
    expect(hex.textContent).toContain('00000000  7f 45 4c 46 30');
    expect(hex.textContent).toContain('.ELF0');
    expect(within(dialog).getAllByText('The first 5 B of 5.00 MB.')).toHaveLength(2);
  });

  it('that are too large are saved to disk', async () => {
    contents = () => ({ kind: 'too-large', size: 60e6 });
    const dialog = await open('tool');
    expect(await within(dialog).findAllByText('60.0 MB are too many to show here.')).toHaveLength(2);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save linux/arm64 to disk…' }));
    expect(await within(dialog).findByText('Saved to /home/me/tool')).toBeTruthy();
    expect(core.paramsOf('images.saveFile')).toEqual([{ tree: 't1', id: 'tool', column: 1 }]);
  });

  it('that can’t be read say why', async () => {
    contents = () => {
      throw new StudioError({ code: 'image-invalid', message: 'damaged' });
    };
    const dialog = await open('tool');
    expect((await within(dialog).findAllByRole('alert'))[0]!.textContent).toContain('damaged');
  });

  it('of a link are none', async () => {
    await showRead();
    tree().focus();
    fireEvent.click(item('link'));
    press('Enter');
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

it('speaks Chinese too', async () => {
  initLocales('zh-CN');
  show();
  act(() => core.push('images.fileTree', { type: 'ready', tree: 't1', summary }));
  await screen.findByRole('treeitem', { name: 'bin' });
  expect(screen.getByRole('tree', { name: '层中的文件' })).toBeTruthy();
  expect(description('arch')).toBe('linux/amd64：7; linux/arm64：8; 不同：大小, 权限');
});
