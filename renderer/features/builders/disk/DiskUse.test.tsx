import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Builder, CacheRecord, StreamItem } from '../../../../shared/contract';
import { initLocales } from '../../../locales';
import { sampleBuilder, sampleStudio } from '../../../testing/samples';
import type { ScriptedStudio } from '../../../testing/scriptedStudio';
import { DiskUse } from './DiskUse';

const now = Date.now();
const day = 86_400_000;
const record = (id: string, patch: Partial<CacheRecord> = {}): CacheRecord => ({
  node: 'local0',
  id,
  type: 'regular',
  description: `RUN step ${id}`,
  size: 1_000_000,
  lastUsedMs: now - 1000,
  usageCount: 1,
  inUse: false,
  mutable: false,
  shared: false,
  parents: [],
  ...patch,
});
const records = [
  record('aaa', { size: 3_000_000_000, lastUsedMs: now - 20 * day }),
  record('bbb', { size: 1_000_000_000, type: 'exec.cachemount', description: 'mount /go', usageCount: 9 }),
  record('ccc', { size: 2_000_000_000, inUse: true }),
  record('ddd', { size: 500_000_000, type: 'source.local', lastUsedMs: now - 9 * day, parents: ['aaa'] }),
];

let core: ScriptedStudio;
let answer: StreamItem<'builders.cacheRecords'>[];

beforeEach(() => {
  initLocales('en');
  // happy-dom lays nothing out; the virtual table needs a height to draw rows.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
  answer = [
    { type: 'nodes', nodes: ['local0'] },
    { type: 'records', node: 'local0', records },
  ];
  core = sampleStudio({}, { 'builders.cacheRecords': () => answer });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function show(builder: Builder = sampleBuilder()): void {
  render(<DiskUse builder={builder} />);
  act(() => core.end('builders.cacheRecords'));
}
const ids = (): string[] =>
  within(screen.getByRole('table', { name: 'Cache records' }))
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('cell')[0]!.textContent);
const rowOf = (id: string): HTMLElement => screen.getByRole('row', { name: new RegExp(`^${id}`) });
const panel = () => within(screen.getByRole('group', { name: 'Prune' }));
const openPanel = (): void => {
  fireEvent.click(screen.getByRole('button', { name: 'Prune' }));
};

describe('the records', () => {
  it('are shown the largest first, with type, use and state', () => {
    show();
    expect(ids()).toEqual(['aaa', 'ccc', 'bbb', 'ddd']);
    expect(rowOf('bbb').textContent).toContain('exec.cachemount');
    expect(rowOf('ccc').textContent).toContain('in use');
    expect(rowOf('aaa').textContent).toContain('reclaimable');
    expect(screen.getByRole('img', { name: /regular 5.00 GB, exec.cachemount 1.00 GB/ })).toBeTruthy();
  });

  it('are sorted by the column whose head is pressed, and the other way by the next press', () => {
    show();
    const head = (name: string) => screen.getByRole('columnheader', { name });
    fireEvent.click(within(head('ID')).getByRole('button'));
    expect(ids()).toEqual(['aaa', 'bbb', 'ccc', 'ddd']);
    fireEvent.click(within(head('ID')).getByRole('button'));
    expect(ids()).toEqual(['ddd', 'ccc', 'bbb', 'aaa']);
    expect(head('ID').getAttribute('aria-sort')).toBe('descending');
    fireEvent.click(within(head('Uses')).getByRole('button'));
    expect(ids()[0]).toBe('bbb');
  });

  it('are filtered by words and as buildx does', () => {
    show();
    const search = screen.getByRole('searchbox', { name: 'Filter records' });
    fireEvent.change(search, { target: { value: 'MOUNT' } });
    expect(ids()).toEqual(['bbb']);
    fireEvent.change(search, { target: { value: 'type=regular inuse' } });
    expect(ids()).toEqual(['ccc']);
    fireEvent.change(search, { target: { value: 'no such' } });
    expect(screen.getByText('No record fits the filter.')).toBeTruthy();
  });

  it('are drawn as far as they are in sight, of 10,000', () => {
    answer = [
      { type: 'nodes', nodes: ['local0'] },
      {
        type: 'records',
        node: 'local0',
        records: Array.from({ length: 10_000 }, (_unused, index) => record(`r${index}`)),
      },
    ];
    show();
    const table = screen.getByRole('table', { name: 'Cache records' });
    expect(table.getAttribute('aria-rowcount')).toBe('10001');
    expect(within(table).getAllByRole('row').length).toBeLessThan(60);
  });

  it('of live nodes are there while a dead one is waited for and told', async () => {
    const [node] = sampleBuilder().nodes;
    answer = [
      { type: 'nodes', nodes: ['local0', 'pi'] },
      { type: 'records', node: 'local0', records },
    ];
    render(<DiskUse builder={sampleBuilder({ nodes: [node!, { ...node!, name: 'pi' }] })} />);
    expect(ids()).toHaveLength(4);
    expect(screen.getByRole('status', { name: 'Reading the cache' }).textContent).toBe('Reading pi…');
    act(() =>
      core.push('builders.cacheRecords', {
        type: 'failed',
        node: 'pi',
        error: { code: 'builder-unreachable', message: 'pi is gone' },
      }),
    );
    expect((await screen.findByRole('alert')).textContent).toContain('pi is gone');
    answer = [
      { type: 'nodes', nodes: ['local0', 'pi'] },
      { type: 'records', node: 'pi', records: [record('aaa', { node: 'pi' })] },
    ];
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(ids()).toHaveLength(5);
    expect(screen.queryByRole('alert')).toBeNull();
    fireEvent.click(screen.getByRole('radio', { name: 'pi' }));
    expect(ids()).toEqual(['aaa']);
  });

  it('of a stopped builder are not asked for', () => {
    const [node] = sampleBuilder().nodes;
    show(sampleBuilder({ nodes: [{ ...node!, status: 'stopped' }] }));
    expect(screen.getByText(/Start the builder/)).toBeTruthy();
    expect(core.open('builders.cacheRecords')).toEqual([]);
  });
});

describe('a prune', () => {
  it('is shown before it is done, in place', () => {
    show();
    openPanel();
    expect(panel().getByRole('status').textContent).toMatch(/^6.50 GB to about 2.00 GB, 3 of 4 records/);
    expect(rowOf('aaa').textContent).toMatch(/prune$/);
    expect(rowOf('ccc').textContent).toMatch(/in use$/);
    fireEvent.click(panel().getByRole('combobox', { name: 'Unused for' }));
    fireEvent.click(screen.getByRole('option', { name: '7 days' }));
    expect(panel().getByRole('status').textContent).toContain('2 of 4');
    fireEvent.click(panel().getByRole('checkbox', { name: 'source.local' }));
    // What it lies on stays with it.
    expect(panel().getByRole('button', { name: 'Prune 0 B' }).hasAttribute('disabled')).toBe(true);
    fireEvent.click(panel().getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('group', { name: 'Prune' })).toBeNull();
    expect(rowOf('aaa').textContent).toMatch(/reclaimable$/);
    expect(core.open('builders.prune')).toEqual([]);
  });

  it('is not done while a field is wrong, or with no type left', () => {
    show();
    openPanel();
    fireEvent.change(panel().getByRole('textbox', { name: 'Keep at least' }), { target: { value: 'lots' } });
    expect(panel().getByText('Type a size such as 5 GB.')).toBeTruthy();
    expect(panel().getByRole('button', { name: 'Prune 0 B' }).hasAttribute('disabled')).toBe(true);
    fireEvent.change(panel().getByRole('textbox', { name: 'Keep at least' }), { target: { value: '' } });
    fireEvent.change(panel().getByRole('textbox', { name: 'Filters' }), { target: { value: 'size=3' } });
    expect(panel().getByText(/no filter "size"/)).toBeTruthy();
    fireEvent.change(panel().getByRole('textbox', { name: 'Filters' }), { target: { value: '' } });
    for (const type of ['regular', 'exec.cachemount', 'source.local']) {
      fireEvent.click(panel().getByRole('checkbox', { name: type }));
    }
    expect(panel().getByRole('button', { name: 'Prune 0 B' }).hasAttribute('disabled')).toBe(true);
  });

  it('asks for exactly what was previewed, and shows what goes as it goes', async () => {
    show();
    openPanel();
    fireEvent.change(panel().getByRole('textbox', { name: 'Use at most' }), { target: { value: '1 GB' } });
    fireEvent.change(panel().getByRole('textbox', { name: 'Filters' }), {
      target: { value: 'private description~=step' },
    });
    fireEvent.click(panel().getByRole('checkbox', { name: 'exec.cachemount' }));
    fireEvent.click(panel().getByRole('button', { name: 'Prune 3.50 GB' }));
    expect(core.open('builders.prune')).toEqual([
      {
        name: 'local',
        filters: ['type=regular', 'type=source.local', 'private', 'description~=step'],
        all: false,
        maxUsedBytes: 1e9,
      },
    ]);
    act(() =>
      core.push('builders.prune', {
        type: 'pruned',
        record: { node: 'local0', id: 'ddd', description: '', size: 500_000_000 },
      }),
    );
    const status = panel().getByRole('status', { name: 'Prune status' });
    await waitFor(() =>
      expect(status.textContent).toBe('Pruning: 500 MB of about 3.50 GB, 1 of about 2 records'),
    );
    expect(ids()).toEqual(['aaa', 'ccc', 'bbb']);

    answer = [answer[0]!, { type: 'records', node: 'local0', records: records.slice(1, 3) }];
    act(() => core.end('builders.prune'));
    expect(status.textContent).toBe('Pruned 500 MB, 1 records');
    await waitFor(() => expect(ids()).toEqual(['ccc', 'bbb']));
  });

  it('can be cancelled, and says what had gone', () => {
    show();
    openPanel();
    fireEvent.click(panel().getByRole('button', { name: 'Prune 4.50 GB' }));
    fireEvent.click(panel().getByRole('button', { name: 'Cancel prune' }));
    expect(core.open('builders.prune')).toEqual([]);
    expect(panel().getByRole('status').textContent).toBe('Cancelled after 0 B, 0 records');
    fireEvent.click(panel().getByRole('button', { name: 'Close' }));
    expect(screen.queryByRole('group', { name: 'Prune' })).toBeNull();
  });

  it('that fails says so where it was started', () => {
    show();
    openPanel();
    fireEvent.click(panel().getByRole('button', { name: 'Prune 4.50 GB' }));
    act(() => core.end('builders.prune', new Error('the daemon went away')));
    expect(panel().getByRole('alert').textContent).toContain('the daemon went away');
  });
});
