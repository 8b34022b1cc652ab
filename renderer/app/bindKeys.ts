import { bootStore } from '../stores/bootStore';
import { runCommand } from './commands';
import { commandOfKey } from './keyMap';

/**
 * Binds the keys for the whole window. They are taken before anything in the page sees them, so they also work inside
 * of the editor; an open dialog keeps them for itself.
 */
export function bindKeys(target: Window = window): () => void {
  const listen = (event: KeyboardEvent): void => {
    const id = commandOfKey(event, bootStore.getState().boot.os);
    if (id === undefined || event.isComposing) return;
    if (target.document.querySelector('[role=dialog], [role=alertdialog]') !== null) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) runCommand(id);
  };
  target.addEventListener('keydown', listen, { capture: true });
  return () => target.removeEventListener('keydown', listen, { capture: true });
}
