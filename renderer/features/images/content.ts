import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { createStore } from 'zustand/vanilla';
import type { ImageContent, ProcedureResult, StudioErrorData } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';

/** What can be read of an image by a digest. */
export type ContentName = 'images.raw' | 'images.provenance' | 'images.sbom' | 'images.referrers';

/** How far the reading is. */
export type Content<N extends ContentName> =
  | { status: 'loading' }
  | { status: 'ready'; value: ProcedureResult<N> }
  | { status: 'failed'; error: StudioErrorData };

interface Entry {
  users: number;
  controller: AbortController;
}

/** Contents that are kept without a user. */
const kept = 24;

const contentStore = createStore<Readonly<Record<string, Content<ContentName>>>>()(() => ({}));
const entries = new Map<string, Entry>();

/** Holds all that has to be asked, so that it can be asked again. */
const keyOf = (name: ContentName, { source, digest }: ImageContent): string =>
  JSON.stringify([name, { source, digest }]);

/** Forgets everything that was read; what is in use is read anew. */
export function forgetContents(): void {
  const used = [...entries].filter(([, entry]) => entry.users > 0);
  for (const { controller } of entries.values()) controller.abort();
  entries.clear();
  contentStore.setState({}, true);
  for (const [key, { users }] of used) begin(key, users);
}

/**
 * Reads a content while a component that needs it stands, and gives it to all that need the same one. When none does
 * any longer, the reading is ended. What was read is kept for a while.
 *
 * @param request what to read; undefined for nothing
 */
export function useContent<N extends ContentName>(
  name: N,
  request: ImageContent | undefined,
): { content: Content<N> | undefined; retry: () => void } {
  const requests = useMemo(() => (request === undefined ? [] : [request]), [request]);
  const [content] = useContents(name, requests);
  const key = request === undefined ? undefined : keyOf(name, request);
  return { content, retry: () => key !== undefined && begin(key, entries.get(key)?.users ?? 0) };
}

/** {@link useContent} of several; the results stand in the order of the requests. */
export function useContents<N extends ContentName>(
  name: N,
  requests: readonly ImageContent[],
): (Content<N> | undefined)[] {
  // Equal requests are the same ones, also where the caller makes them anew.
  const joined = requests.map((request) => keyOf(name, request)).join('\n');
  useEffect(() => {
    const keys = joined === '' ? [] : joined.split('\n');
    for (const key of keys) use(key);
    return () => keys.forEach(leave);
  }, [joined]);
  return useStore(
    contentStore,
    useShallow((state) => requests.map((request) => state[keyOf(name, request)] as Content<N> | undefined)),
  );
}

function use(key: string): void {
  const entry = entries.get(key);
  if (entry === undefined) begin(key, 1);
  else entry.users += 1;
}

function leave(key: string): void {
  const entry = entries.get(key);
  if (entry === undefined) return;
  entry.users -= 1;
  if (entry.users > 0) return;
  if (contentStore.getState()[key]?.status !== 'ready') forget(key);
  const unused = [...entries].filter(([, { users }]) => users === 0);
  for (const [old] of unused.slice(0, Math.max(0, unused.length - kept))) forget(old);
}

function forget(key: string): void {
  entries.get(key)?.controller.abort();
  entries.delete(key);
  const { [key]: _gone, ...rest } = contentStore.getState();
  contentStore.setState(rest, true);
}

function begin(key: string, users: number): void {
  const [name, request] = JSON.parse(key) as [ContentName, ImageContent];
  const entry: Entry = { users, controller: new AbortController() };
  entries.set(key, entry);
  const keep = (content: Content<ContentName>): void => {
    if (entries.get(key) === entry) contentStore.setState({ [key]: content });
  };
  keep({ status: 'loading' });
  studio()
    .call(name, request, { signal: entry.controller.signal })
    .then(
      (value) => keep({ status: 'ready', value }),
      (error: unknown) => keep({ status: 'failed', error: errorData(error) }),
    );
}
