import { describe, expect, it } from 'vitest';
import { commandOfKey, keysOf } from './keyMap';

const stroke = (key: string, rest: Partial<KeyboardEvent> = {}) =>
  ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    target: null,
    ...rest,
  }) as KeyboardEvent;

describe('the key map', () => {
  it.each([
    ['Enter', 'build.start'],
    ['.', 'build.cancel'],
    ['k', 'palette.open'],
    ['s', 'file.save'],
    ['f', 'logs.find'],
    ['1', 'view.build'],
    ['2', 'view.images'],
    ['3', 'view.history'],
    ['4', 'view.builders'],
    ['5', 'view.settings'],
  ])('Ctrl+%s, on a Mac Command+%s, is %s', (key, command) => {
    expect(commandOfKey(stroke(key, { ctrlKey: true }), 'linux')).toBe(command);
    expect(commandOfKey(stroke(key, { ctrlKey: true }), 'windows')).toBe(command);
    expect(commandOfKey(stroke(key, { metaKey: true }), 'mac')).toBe(command);
    expect(commandOfKey(stroke(key, { ctrlKey: true }), 'mac')).toBeUndefined();
  });

  it('tells Shift and Alt apart', () => {
    expect(commandOfKey(stroke('Enter', { ctrlKey: true, shiftKey: true }), 'linux')).toBe(
      'build.startWithoutCache',
    );
    expect(commandOfKey(stroke('K', { ctrlKey: true, shiftKey: true }), 'linux')).toBeUndefined();
    expect(commandOfKey(stroke('s', { ctrlKey: true, altKey: true }), 'linux')).toBeUndefined();
    expect(commandOfKey(stroke('Enter'), 'linux')).toBeUndefined();
  });

  it('leaves finding to the editor while it has the focus, and takes the rest', () => {
    document.body.innerHTML = '<div class="monaco-editor"><textarea></textarea></div>';
    const target = document.querySelector('textarea');
    expect(commandOfKey(stroke('f', { ctrlKey: true, target }), 'linux')).toBeUndefined();
    expect(commandOfKey(stroke('Enter', { ctrlKey: true, target }), 'linux')).toBe('build.start');
  });

  it('writes keys as the system does', () => {
    expect(keysOf('build.start', 'linux')).toBe('Ctrl+Enter');
    expect(keysOf('build.startWithoutCache', 'mac')).toBe('⇧⌘↩');
    expect(keysOf('view.images', 'windows')).toBe('Ctrl+2');
    expect(keysOf('theme.dark', 'linux')).toBeUndefined();
  });
});
