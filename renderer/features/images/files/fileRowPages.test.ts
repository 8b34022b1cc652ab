import { beforeEach, expect, it, vi } from 'vitest';
import { StudioError } from '../../../../shared/contract';
import type { FileRows, FileRowsRequest } from '../../../../shared/contract';
import { sampleRow } from '../../../testing/imageColumns';
import { scriptedStudio } from '../../../testing/scriptedStudio';
import type { ScriptedStudio } from '../../../testing/scriptedStudio';
import { FileRowPages } from './fileRowPages';
import type { RowsQuery } from './fileRowPages';

let core: ScriptedStudio;
let total: number;
let answer: ((request: FileRowsRequest) => FileRows | Promise<FileRows>) | undefined;

const rowsOf = ({ filter, offset, count }: FileRowsRequest): FileRows => ({
  total,
  matching: total,
  rows: Array.from({ length: Math.max(0, Math.min(count, total - offset)) }, (_, index) =>
    sampleRow(`${filter.text}${offset + index}`),
  ),
});
const asking = (text: string): RowsQuery => ({ filter: { text, show: [], differences: [] }, toggled: [] });
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  total = 200_000;
  answer = undefined;
  core = scriptedStudio({ 'images.fileRows': (request) => (answer ?? rowsOf)(request) });
});

it('fetches what is in sight and around it, each once', async () => {
  const pages = new FileRowPages('t', asking(''));
  pages.show(0, 40);
  await settle();
  expect(pages.snapshot()).toEqual({ total: 200_000, matching: 200_000, isBehind: false });
  expect(pages.rowAt(40)?.name).toBe('40');
  pages.show(60, 110);
  await settle();
  pages.show(60, 112);
  await settle();
  expect(core.paramsOf('images.fileRows').map(({ offset, count }) => [offset, count])).toEqual([
    [0, 200],
    [200, 200],
  ]);
  pages.show(100_000, 100_040);
  expect(pages.rowAt(100_010)).toBeUndefined();
  await settle();
  expect(pages.rowAt(100_010)?.name).toBe('100010');
});

it('keeps the old rows until the new ones are there', async () => {
  const pages = new FileRowPages('t', asking('a'));
  pages.show(0, 40);
  await settle();
  let release: (() => void) | undefined;
  answer = (request) =>
    new Promise((resolve) => {
      release = () => resolve(rowsOf(request));
    });
  total = 3;
  pages.ask(asking('b'));
  expect(pages.rowAt(5)?.name).toBe('a5');
  expect(pages.snapshot()).toMatchObject({ total: 200_000, isBehind: true });
  release!();
  await settle();
  expect(pages.rowAt(2)?.name).toBe('b2');
  expect(pages.rowAt(5)).toBeUndefined();
  expect(pages.snapshot()).toEqual({ total: 3, matching: 3, isBehind: false });
});

it('fetches the end of a list that has become shorter than what is in sight', async () => {
  const pages = new FileRowPages('t', asking(''));
  pages.show(5000, 5040);
  await settle();
  total = 250;
  pages.ask(asking('x'));
  await settle();
  await settle();
  expect(pages.snapshot()).toMatchObject({ total: 250, isBehind: false });
  expect(pages.rowAt(249)?.name).toBe('x249');
});

it('gives up what nobody waits for any more', async () => {
  const pages = new FileRowPages('t', asking(''));
  pages.show(0, 40);
  await settle();
  answer = () => new Promise(() => undefined);
  pages.ask(asking('b'));
  pages.ask(asking('c'));
  answer = undefined;
  pages.ask(asking('d'));
  await settle();
  expect(pages.rowAt(0)?.name).toBe('d0');
  expect(pages.snapshot()).not.toHaveProperty('error');
});

it('fetches again what it gave up when it is in sight once more', async () => {
  const pages = new FileRowPages('t', asking(''));
  pages.show(0, 40);
  await settle();
  answer = () => new Promise(() => undefined);
  pages.show(5000, 5040);
  pages.show(0, 40);
  answer = undefined;
  pages.show(5000, 5040);
  await settle();
  expect(pages.rowAt(5010)?.name).toBe('5010');
});

it('shows why rows can’t be had, and fetches them when asked again', async () => {
  answer = () => {
    throw new StudioError({ code: 'disk-full', message: 'no space' });
  };
  const pages = new FileRowPages('t', asking(''));
  const changed = vi.fn();
  pages.subscribe(changed);
  pages.show(0, 40);
  await settle();
  expect(pages.snapshot().error).toMatchObject({ code: 'disk-full' });
  expect(changed).toHaveBeenCalled();
  answer = undefined;
  pages.retry();
  await settle();
  expect(pages.snapshot()).toMatchObject({ total: 200_000 });
  expect(pages.snapshot()).not.toHaveProperty('error');
});

it('finds the folder of a row that is many pages further up', async () => {
  answer = ({ offset, count }) => ({
    total: 1000,
    matching: 1000,
    rows: Array.from({ length: count }, (_, index) =>
      offset + index === 3 ? sampleRow('dir', { isDirectory: true }) : sampleRow(`dir/${offset + index}`),
    ),
  });
  const pages = new FileRowPages('t', asking(''));
  pages.show(900, 940);
  await settle();
  expect(await pages.parentOf(920)).toBe(3);
  expect(await pages.parentOf(3)).toBeUndefined();
});

it('finds a folder that is further up than pages are kept', async () => {
  answer = ({ offset, count }) => ({
    total,
    matching: total,
    rows: Array.from({ length: count }, (_, index) =>
      offset + index === 3 ? sampleRow('dir', { isDirectory: true }) : sampleRow(`dir/${offset + index}`),
    ),
  });
  const pages = new FileRowPages('t', asking(''));
  pages.show(30_000, 30_040);
  await settle();
  expect(await pages.parentOf(30_020)).toBe(3);
});

it('keeps no more pages than it needs', async () => {
  const pages = new FileRowPages('t', asking(''));
  for (let first = 0; first < 200_000; first += 1000) {
    pages.show(first, first + 40);
    await settle();
  }
  expect(pages.rowAt(0)).toBeUndefined();
  expect(pages.rowAt(199_010)?.name).toBe('199010');
});
