import { z } from 'zod';
import './ui/tokens.css';
import './ui/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { BootFailure } from './app/BootFailure';
import { connectStudio, rpcPortOf, waitForPort } from './app/connect';
import { watchCommands } from './app/commands';
import { reportDefect, setStudio, studio } from './app/studio';
import { initLocales, languageOf } from './locales';
import { initBoot } from './stores/bootStore';
import { flushDelayedWrites } from './stores/delayedWrite';
import { openProject } from './stores/projectStore';
import { startStores } from './stores/startStores';
import { initUi } from './stores/uiStore';

// The page's content security policy forbids code made at run time, which zod would try.
z.config({ jitless: true });

/** Defects that nobody caught reach the core's log. */
function reportUncaught(): void {
  window.addEventListener('error', (event) => {
    // Not an error: what an observer resized is observed in the next frame (CSS Resize Observer, 3.4.7).
    if (event.message.startsWith('ResizeObserver loop')) return;
    reportDefect(event.error ?? event.message);
  });
  window.addEventListener('unhandledrejection', (event) => reportDefect(event.reason));
}

async function start(): Promise<void> {
  const root = createRoot(document.getElementById('root')!);
  try {
    setStudio(connectStudio(rpcPortOf(await waitForPort()), reportDefect));
    reportUncaught();
    const boot = await studio().call('app.boot');
    initBoot(boot);
    document.documentElement.dataset['os'] = boot.os;
    initLocales(languageOf(boot.settings.language, boot.systemLocale));
    initUi();
    startStores();
    watchCommands();
    window.addEventListener('pagehide', flushDelayedWrites);
    if (boot.openProject !== undefined) void openProject(boot.openProject);
    root.render(<App />);
  } catch (error) {
    root.render(<BootFailure error={error} />);
  }
}

void start();
