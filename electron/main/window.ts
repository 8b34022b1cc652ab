import { BrowserWindow, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import { z } from 'zod';
import { JsonFile, type CorruptFileReport } from '../system/jsonFile';
import { pageOrigin } from './pageProtocol';

const boundsSchema = z.object({
  x: z.number().optional(),
  y: z.number().optional(),
  width: z.number(),
  height: z.number(),
  maximized: z.boolean(),
});
type Bounds = z.infer<typeof boundsSchema>;

const minimum = { width: 960, height: 640 };

/** Remembers where the window was. */
export function windowBounds(userData: string, onCorrupt: CorruptFileReport): JsonFile<Bounds> {
  return new JsonFile<Bounds>(
    join(userData, 'window.json'),
    boundsSchema,
    { width: 1440, height: 900, maximized: false },
    onCorrupt,
  );
}

/** Opens the studio's window, hidden until its first paint, and loads the page. */
export async function openWindow(preload: string, bounds: JsonFile<Bounds>): Promise<BrowserWindow> {
  const last = await bounds.read();
  const area = screen.getPrimaryDisplay().workAreaSize;
  const window = new BrowserWindow({
    ...placeOnScreen(last),
    width: Math.max(minimum.width, Math.min(last.width, area.width)),
    height: Math.max(minimum.height, Math.min(last.height, area.height)),
    minWidth: minimum.width,
    minHeight: minimum.height,
    show: false,
    title: 'Manifold',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#111214' : '#e9ebee',
    ...(process.platform === 'linux'
      ? {}
      : { titleBarStyle: 'hidden' as const, titleBarOverlay: { height: 39 } }),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // Logs and lanes go on while another window is in front.
      backgroundThrottling: false,
    },
  });
  if (last.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  const remember = (): void => {
    const now = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    // A place that could not be kept is not worth a word: the next window opens where the last one did.
    bounds.update(() => now).catch(() => undefined);
  };
  // Linux tells neither of a finished resize nor of a finished move.
  window.on('close', remember);
  window.on('resized', remember);
  window.on('moved', remember);
  window.on('maximize', remember);
  window.on('unmaximize', remember);
  return window;
}

/** Starts loading; the caller has connected what the page needs before. */
export function loadPage(window: BrowserWindow): Promise<void> {
  return window.loadURL(`${pageOrigin}/index.html`);
}

/** A window whose display is gone would open where nobody sees it. */
function placeOnScreen({ x, y }: Bounds): { x: number; y: number } | undefined {
  if (x === undefined || y === undefined) return undefined;
  const seen = screen.getAllDisplays().some(({ workArea }) => {
    const right = workArea.x + workArea.width;
    const bottom = workArea.y + workArea.height;
    return x >= workArea.x - 8 && x < right - 100 && y >= workArea.y - 8 && y < bottom - 100;
  });
  return seen ? { x, y } : undefined;
}
