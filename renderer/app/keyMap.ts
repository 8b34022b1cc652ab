import type { Boot } from '../../shared/contract';
import type { CommandId } from './commands';

/** A key with the platform's command key (Ctrl, or Command on a Mac). */
interface Binding {
  /** `KeyboardEvent.key`, in lower case. */
  key: string;
  shift?: boolean;
  /** False: the editor has its own use for it while it has the focus. */
  inEditor?: boolean;
}

const bindings: Partial<Record<CommandId, Binding>> = {
  'build.start': { key: 'enter' },
  'build.startWithoutCache': { key: 'enter', shift: true },
  'build.cancel': { key: '.' },
  'palette.open': { key: 'k' },
  'project.open': { key: 'o' },
  'file.save': { key: 's' },
  'logs.find': { key: 'f', inEditor: false },
  'view.build': { key: '1' },
  'view.images': { key: '2' },
  'view.history': { key: '3' },
  'view.builders': { key: '4' },
  'view.settings': { key: '5' },
};

const pairs = Object.entries(bindings) as [CommandId, Binding][];

/** The command that a key stroke stands for, if any. */
export function commandOfKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target'>,
  os: Boot['os'],
): CommandId | undefined {
  const command = os === 'mac' ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!command || event.altKey) return undefined;
  const inEditor = event.target instanceof Element && event.target.closest('.monaco-editor') !== null;
  const found = pairs.find(
    ([, binding]) =>
      binding.key === event.key.toLowerCase() &&
      (binding.shift ?? false) === event.shiftKey &&
      (binding.inEditor !== false || !inEditor),
  );
  return found?.[0];
}

const names: Record<string, string> = { enter: 'Enter' };

/** How a command's keys are written, such as `Ctrl+Enter` or `⌘↩`; undefined when it has none. */
export function keysOf(id: CommandId, os: Boot['os']): string | undefined {
  const binding = bindings[id];
  if (binding === undefined) return undefined;
  const key = names[binding.key] ?? binding.key.toUpperCase();
  if (os === 'mac') return `${binding.shift ? '⇧' : ''}⌘${key === 'Enter' ? '↩' : key}`;
  return `Ctrl+${binding.shift ? 'Shift+' : ''}${key}`;
}
