import { useEffect } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { BuildRequest } from '../../../shared/contract';
import { reportDefect, studio } from '../../app/studio';
import { buildsStore, useBuilds } from '../../stores/buildsStore';

interface ShownRequest {
  /** The build that was asked for last. */
  id?: string;
  /** What was built; absent until the core has answered. */
  request?: BuildRequest;
}

const store = createStore<ShownRequest>()(() => ({}));

/** What the build in the run panel was asked to build, its Dockerfile's text above all. */
export function useShownRequest(): BuildRequest | undefined {
  const shownId = useBuilds((state) => state.shownId);
  const request = useStore(store, (state) => (state.id === shownId ? state.request : undefined));
  useEffect(() => void loadShownRequest(shownId), [shownId]);
  return request;
}

async function loadShownRequest(id: string | undefined): Promise<void> {
  if (id === undefined || store.getState().id === id) return;
  store.setState({ id }, true);
  try {
    const { request } = await studio().call('builds.get', { id });
    if (store.getState().id === id) store.setState({ id, request });
  } catch (error) {
    if (store.getState().id === id) store.setState({}, true);
    // A build that was removed in the meantime has nothing to show.
    if (buildsStore.getState().builds.some((build) => build.id === id)) reportDefect(error);
  }
}
