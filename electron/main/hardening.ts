import { app, session, shell, type WebContents } from 'electron';
import { pageOrigin } from './pageProtocol';

/** Sites that links in messages may open, in the user's own browser. */
const linkHosts = new Set(['docs.docker.com', 'github.com', 'docs.github.com']);

/** Denies by default whatever a page could ask of Electron: permissions, navigation, windows, web views, downloads. */
export function hardenApp(): void {
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
  const page = session.defaultSession;
  page.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  page.setPermissionCheckHandler(() => false);
  page.setDevicePermissionHandler(() => false);
  page.on('will-download', (event) => event.preventDefault());
  // The page has nothing to fetch but itself.
  page.webRequest.onBeforeRequest((details, decide) => {
    const own = details.url.startsWith(`${pageOrigin}/`) || details.url.startsWith('devtools://');
    const inline = details.url.startsWith('data:') || details.url.startsWith(`blob:${pageOrigin}/`);
    decide({ cancel: !own && !inline });
  });
}

function hardenContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isOpenableLink(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** Whether a link may leave for the browser: https, and to one of the known hosts. */
export function isOpenableLink(url: string): boolean {
  try {
    const { protocol, host, username } = new URL(url);
    return protocol === 'https:' && username === '' && linkHosts.has(host);
  } catch {
    return false;
  }
}
