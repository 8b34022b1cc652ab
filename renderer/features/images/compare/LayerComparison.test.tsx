import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImageColumn, SelectedLayer } from '../../../../shared/model/imageComparison';
import { initLocales } from '../../../locales';
import { sampleColumn } from '../../../testing/imageColumns';
import type { SampleStep } from '../../../testing/imageColumns';
import { rememberUnpackedSizes } from '../files/unpackedSizes';
import { LayerComparison } from './LayerComparison';

const program = (arch: string, patch: Partial<SampleStep>[] = []): SampleStep[] =>
  [
    {
      text: `ADD alpine-minirootfs-3.20.3-${arch}.tar.gz / # buildkit`,
      digest: `sha256:base-${arch}`,
      size: 3_620_000,
    },
    { text: 'CMD ["/bin/sh"]' },
    { text: 'WORKDIR /app', digest: 'sha256:4f4fb700ef54aaaa', size: 93, line: 9 },
    {
      text: 'COPY --from=builder /app/hello . # buildkit',
      digest: `sha256:hello-${arch}`,
      size: 1_130_000,
      line: 11,
    },
  ].map((step, index) => ({ ...step, ...patch[index] }));
const amd64 = sampleColumn('linux/amd64', program('x86_64'), { env: ['ARCH=amd64'], user: 'app' });
const arm64 = sampleColumn('linux/arm64', program('aarch64', [{ size: 4_020_093 }]), {
  env: ['ARCH=arm64'],
  user: 'app',
});
const arm = sampleColumn('linux/arm/v7', program('armv7').slice(0, 3), { env: ['ARCH=arm'], user: 'app' });

let onSelect: ReturnType<typeof vi.fn<(layer: SelectedLayer) => void>>;
let onOpenLine: ReturnType<typeof vi.fn<(file: string, line: number) => void>>;
beforeEach(() => {
  initLocales('en');
  onSelect = vi.fn();
  onOpenLine = vi.fn();
});
afterEach(cleanup);

function show(columns: ImageColumn[], selected?: SelectedLayer): void {
  render(
    <LayerComparison columns={columns} selected={selected} onSelect={onSelect} onOpenLine={onOpenLine} />,
  );
}
const table = () => within(screen.getByRole('table', { name: 'Compare layers' }));
const cell = (name: RegExp): HTMLElement => table().getByRole('button', { name });
const rowNamed = (text: RegExp): HTMLElement =>
  table().getByRole('rowheader', { name: text }).closest<HTMLElement>('[role=row]')!;

describe('the table', () => {
  it('has a column a platform, with its weight beside the first one', () => {
    show([amd64, arm64]);
    const [, first, second] = table()
      .getAllByRole('columnheader')
      .map((head) => head.textContent);
    expect(first).toBe('linux/amd643 layers4.75 MBreference');
    expect(second).toBe('linux/arm643 layers5.15 MB+8.4%');
    expect(table().getAllByRole('columnheader')[0]!.textContent).toContain('1 of 3 layers shared by all');
  });

  it('has a row an instruction, aligned whatever the platform', () => {
    show([amd64, arm64]);
    expect(
      table()
        .getAllByRole('rowheader')
        .map((head) => head.textContent),
    ).toEqual([
      '1ADD alpine-minirootfs-3.20.3-x86_64.tar.gz /differs on every platform',
      'CMD ["/bin/sh"]',
      '2WORKDIR /appidentical, stored once:9',
      '3COPY --from=builder /app/hello .differs on every platform:11',
    ]);
    expect(rowNamed(/CMD/).textContent).toContain('metadata only, no layer');
  });

  it('says what is identical in words and in each cell', () => {
    show([amd64, arm64]);
    expect(cell(/^linux\/amd64: 93 B, 4f4fb700ef54, identical$/)).toBeTruthy();
    expect(cell(/^linux\/arm64: 93 B, 4f4fb700ef54, identical$/)).toBeTruthy();
    expect(cell(/^linux\/amd64: 3.62 MB, base-x86_64$/)).toBeTruthy();
  });

  it('tells sizes apart by bars, where they are apart', () => {
    const layers = (digits: string, size: number) => [
      { text: 'COPY a /a', digest: `sha256:a${digits}`, size: 100 },
      { text: 'COPY b /b', digest: `sha256:b${digits}`, size },
    ];
    show([sampleColumn('linux/amd64', layers('1', 100)), sampleColumn('linux/arm64', layers('2', 50))]);
    const bars = (text: RegExp): string[] =>
      [...rowNamed(text).querySelectorAll('button i')].map((bar) => bar.getAttribute('style') ?? '');
    expect(bars(/COPY a/)).toEqual([]);
    expect(bars(/COPY b/)).toEqual(['width: 100%;', 'width: 50%;']);
  });

  it('brings the selected layer into sight', () => {
    const seen = vi.spyOn(Element.prototype, 'scrollIntoView');
    show([amd64, arm64], { columnId: amd64.id, layer: 2 });
    expect(seen.mock.contexts[0]).toBe(cell(/^linux\/amd64: 1.13 MB/));
    seen.mockRestore();
  });

  it('leaves a gap where an image lacks a step', () => {
    show([amd64, arm64, arm]);
    const row = within(rowNamed(/COPY/));
    expect(row.getAllByRole('cell')[2]!.textContent).toBe('no such step');
    expect(rowNamed(/COPY/).textContent).toContain('not in arm/v7');
  });

  it('names the images where several are compared, and says that a layer moved to a neighbour further on', () => {
    const before = sampleColumn('linux/amd64', program('x86_64'), {}, { id: 'old', imageName: 'hello:1.3' });
    show([amd64, { ...arm64, id: 'other' }, before]);
    expect(table().getAllByRole('columnheader')[3]!.textContent).toContain('hello:1.3');
    expect(cell(/^hello:1.3 linux\/amd64: 3.62 MB.*same layer as hello:1 amd64/)).toBeTruthy();
    expect(rowNamed(/ADD/).textContent).toContain('share it');
  });

  it('hides rows without a layer', () => {
    show([amd64, arm64]);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Metadata rows' }));
    expect(table().queryByRole('rowheader', { name: /CMD/ })).toBeNull();
    expect(table().getAllByRole('rowheader')).toHaveLength(3);
  });

  it('can be reached by the Tab key though the line number that had the focus is gone', () => {
    const table = (columns: ImageColumn[]) => (
      <LayerComparison columns={columns} selected={undefined} onSelect={onSelect} onOpenLine={onOpenLine} />
    );
    const stops = () =>
      screen.getAllByRole('button').filter((one) => one.dataset['row'] && one.tabIndex === 0);
    const { rerender } = render(table([amd64]));
    act(() => screen.getByRole('button', { name: /line 11/ }).focus());
    expect(stops().map((one) => one.textContent)).toEqual([':11']);
    const withoutLines = program('x86_64').map(({ line: _line, ...step }) => step);
    rerender(table([sampleColumn('linux/amd64', withoutLines)]));
    expect(stops()).toEqual([cell(/^linux\/amd64: 3.62 MB/)]);
  });

  it('parts base image and Dockerfile by the lines that are known', () => {
    const withBase = program('x86_64');
    show([sampleColumn('linux/amd64', withBase)]);
    expect(table().getByText('Base image')).toBeTruthy();
    expect(table().getByText('Dockerfile').parentElement!.textContent).toContain('lines 9 to 11');
  });

  it('says which sizes are not known unpacked, and which are', () => {
    show([amd64, arm64]);
    fireEvent.click(screen.getByRole('radio', { name: 'Unpacked' }));
    expect(cell(/^linux\/amd64: not read, base-x86_64/)).toBeTruthy();
    cleanup();
    rememberUnpackedSizes([['sha256:base-x86_64', 7_800_000]]);
    show([amd64, arm64]);
    fireEvent.click(screen.getByRole('radio', { name: 'Unpacked' }));
    expect(cell(/^linux\/amd64: 7.80 MB, base-x86_64/)).toBeTruthy();
    expect(table().getAllByRole('columnheader')[0]!.textContent).toContain('known of 1 of 6 layers');
    expect(table().getAllByRole('columnheader')[1]!.textContent).toContain('at least 7.80 MB');
  });
});

describe('what can be pressed', () => {
  it('selects a layer by a click on its cell', () => {
    show([amd64, arm64], { columnId: 'linux/amd64', layer: 0 });
    expect(cell(/^linux\/amd64: 3.62 MB/).getAttribute('aria-current')).toBe('true');
    fireEvent.click(cell(/^linux\/arm64: 1.13 MB/));
    expect(onSelect).toHaveBeenCalledWith({ columnId: 'linux/arm64', layer: 2, row: 3 });
  });

  it('opens the Dockerfile at an instruction’s line', () => {
    show([amd64, arm64]);
    fireEvent.click(table().getByRole('button', { name: 'Open Dockerfile, line 11' }));
    expect(onOpenLine).toHaveBeenCalledWith('Dockerfile', 11);
  });

  it('moves over the cells by arrows, with one stop for the Tab key', () => {
    show([amd64, arm64], { columnId: 'linux/amd64', layer: 0 });
    const stops = () =>
      table()
        .getAllByRole('button')
        .filter((button) => button.tabIndex === 0);
    expect(stops()).toEqual([cell(/^linux\/amd64: 3.62 MB/)]);
    stops()[0]!.focus();
    const press = (key: string) => fireEvent.keyDown(document.activeElement!, { key });
    press('ArrowRight');
    expect(document.activeElement).toBe(cell(/^linux\/arm64: 4.02 MB/));
    press('ArrowDown');
    expect(document.activeElement).toBe(cell(/^linux\/arm64: 93 B/));
    press('Home');
    expect(document.activeElement).toBe(table().getByRole('button', { name: 'Open Dockerfile, line 9' }));
    press('ArrowDown');
    expect(document.activeElement).toBe(table().getByRole('button', { name: 'Open Dockerfile, line 11' }));
    press('End');
    expect(document.activeElement).toBe(cell(/^linux\/arm64: 1.13 MB/));
    press('ArrowDown');
    expect(document.activeElement).toBe(cell(/^linux\/arm64: 1.13 MB/));
    expect(stops()).toEqual([cell(/^linux\/arm64: 1.13 MB/)]);
  });
});

describe('beside the table', () => {
  it('differences of the configuration are told in one line, and unfold to a table', () => {
    show([amd64, arm64]);
    const fold = screen.getByRole('button', { name: 'Configuration differences 1' });
    expect(screen.getByText('Variable ARCH')).toBeTruthy();
    fireEvent.click(fold);
    const differences = within(screen.getByRole('table', { name: 'Configuration differences' }));
    expect(differences.getAllByRole('row')[1]!.textContent).toBe('Variable ARCHamd64arm64');
  });

  it('what each two share unfolds to a table', () => {
    show([amd64, arm64, arm]);
    fireEvent.click(screen.getByRole('button', { name: 'Shared layers' }));
    const rows = within(screen.getByRole('table', { name: 'Shared layers' })).getAllByRole('row');
    expect(rows[1]!.textContent).toBe('linux/amd6493 B in 193 B in 14.75 MB in 2');
  });

  it('nothing is said of a single image but its layers', () => {
    show([amd64]);
    expect(screen.queryByText(/Configuration differences/)).toBeNull();
    expect(table().getAllByRole('rowheader')[0]!.textContent).not.toContain('differs');
  });

  it('says what to do without images', () => {
    show([]);
    expect(screen.getByText(/Choose two platforms/)).toBeTruthy();
  });

  it('speaks Chinese too', () => {
    initLocales('zh-CN');
    show([amd64, arm64]);
    expect(screen.getByRole('table', { name: '比较层' }).textContent).toContain('相同，仅存储一份');
  });
});
