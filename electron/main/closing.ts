import { dialog, type BrowserWindow } from 'electron';
import type { Texts } from './texts';

/**
 * Keeps the window open until the user has said what is to become of running builds.
 *
 * @param running names the builds that run
 */
export function askBeforeClosing(window: BrowserWindow, texts: () => Texts, running: () => string[]): void {
  let decided = false;
  let asking = false;
  window.on('close', (event) => {
    const builds = running();
    if (decided || builds.length === 0) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    const { closeTitle, closeDetail, closeConfirm, closeStay } = texts();
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: closeTitle,
        detail: `${builds.join(', ')}\n\n${closeDetail}`,
        buttons: [closeStay, closeConfirm],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
      })
      .then(({ response }) => {
        decided = response === 1;
        if (decided) window.close();
      })
      .finally(() => {
        asking = false;
      });
  });
}
