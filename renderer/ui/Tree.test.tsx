import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { Tree } from './Tree';

afterEach(cleanup);

const nodes = [
  {
    id: 'a',
    name: 'alpha',
    children: [
      { id: 'a1', name: 'one' },
      { id: 'a2', name: 'two' },
    ],
  },
  { id: 'b', name: 'beta' },
];
const item = (name: string): HTMLElement => screen.getByRole('treeitem', { name });
const press = (key: string): void => {
  fireEvent.keyDown(document.activeElement!, { key });
};

it('moves with the arrows, unfolds and folds, and has one stop for the Tab key', () => {
  render(<Tree label="Letters" nodes={nodes} />);
  expect(screen.queryByRole('treeitem', { name: 'one' })).toBeNull();
  item('alpha').focus();
  press('ArrowRight');
  expect(item('alpha').getAttribute('aria-expanded')).toBe('true');
  press('ArrowRight');
  expect(document.activeElement).toBe(item('one'));
  press('End');
  expect(document.activeElement).toBe(item('beta'));
  press('ArrowUp');
  expect(document.activeElement).toBe(item('two'));
  press('ArrowLeft');
  expect(document.activeElement).toBe(item('alpha'));
  press('ArrowLeft');
  expect(screen.queryByRole('treeitem', { name: 'one' })).toBeNull();
  const stops = screen.getAllByRole('treeitem').filter((one) => one.tabIndex === 0);
  expect(stops).toEqual([item('alpha')]);
});

it('says where each item stands', () => {
  render(<Tree label="Letters" nodes={nodes} defaultExpanded={['a']} />);
  const two = item('two');
  expect(two.getAttribute('aria-level')).toBe('2');
  expect(two.getAttribute('aria-posinset')).toBe('2');
  expect(two.getAttribute('aria-setsize')).toBe('2');
  expect(item('beta').hasAttribute('aria-expanded')).toBe(false);
});

it('selects by click and by Enter', () => {
  const onSelect = vi.fn();
  render(<Tree label="Letters" nodes={nodes} selected="b" onSelect={onSelect} />);
  expect(item('beta').getAttribute('aria-selected')).toBe('true');
  fireEvent.click(item('alpha'));
  item('beta').focus();
  press('Enter');
  expect(onSelect.mock.calls).toEqual([['a'], ['b']]);
});
