import { StudioError } from '../../shared/contract';
import type { StudioClient, StudioErrorData } from '../../shared/contract';

let client: StudioClient | undefined;

/** Sets the core that the whole page talks to: once at start, and anew in each test. */
export function setStudio(next: StudioClient): void {
  client = next;
}

/** The core. Throws when the page has not been connected, which only a mistake in the start order can cause. */
export function studio(): StudioClient {
  if (client === undefined) throw new Error('the page is not connected to the core yet');
  return client;
}

/** What to show for anything that was thrown: a `StudioError` as it is, the rest as a defect of Manifold. */
export function errorData(thrown: unknown): StudioErrorData {
  if (thrown instanceof StudioError) return thrown.toData();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  return { code: 'internal', message, ...(stack === undefined ? {} : { details: { cause: stack } }) };
}

/** Hands a failure that no control can show to the core's log. */
export function reportDefect(thrown: unknown): void {
  const data = errorData(thrown);
  studio()
    .call('app.reportError', data)
    // With the core gone, only the developer tools are left.
    // eslint-disable-next-line no-console
    .catch((error: unknown) => console.error(data, error));
}
