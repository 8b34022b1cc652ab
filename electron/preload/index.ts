import { contextBridge, ipcRenderer, webUtils } from 'electron';

/**
 * Everything the page is given: the port to the core, once, and the path of a file that the user dropped on the window
 * (the page itself can't know it).
 */
contextBridge.exposeInMainWorld('manifold', {
  pathOf: (file: File): string => webUtils.getPathForFile(file),
});

ipcRenderer.once('studio-port', (event) => {
  const hand = (): void =>
    window.postMessage({ type: 'manifold:port' }, window.location.origin, [...event.ports]);
  if (document.readyState === 'loading') window.addEventListener('DOMContentLoaded', hand, { once: true });
  else hand();
});
