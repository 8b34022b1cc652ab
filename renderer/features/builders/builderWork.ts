import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Builder, StudioErrorData } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { builderStatus } from '../../ui/Dot';

/** What is being done to a builder. */
export type WorkKind = 'start' | 'stop' | 'restart' | 'use' | 'remove' | 'refresh' | 'install' | 'leave';

interface Work {
  kind: WorkKind;
  controller: AbortController;
}

interface WorkState {
  /** By the builder's name; one thing at a time each. */
  running: Readonly<Record<string, Work>>;
  /** Why the last thing that was done to a builder failed. */
  errors: Readonly<Record<string, StudioErrorData>>;
  /** Builders that could not be removed, as something of them could not be taken away. */
  stuck: Readonly<Record<string, true>>;
}

const workStore = createStore<WorkState>()(() => ({ running: {}, errors: {}, stuck: {} }));

/** What is being done to a builder now. */
export function useWork(name: string): WorkKind | undefined {
  return useStore(workStore, ({ running }) => running[name]?.kind);
}

/** Why the last thing that was done to a builder failed. */
export function useWorkError(name: string): StudioErrorData | undefined {
  return useStore(workStore, ({ errors }) => errors[name]);
}

/** Whether removing a builder has failed before, so that forgetting it is offered. */
export function useRemovalFailed(name: string): boolean {
  return useStore(workStore, ({ stuck }) => stuck[name] === true);
}

export function dismissWorkError(name: string): void {
  workStore.setState(({ errors: { [name]: _read, ...errors } }) => ({ errors }));
}

/** Ends what is being done to a builder; the core takes back what can be. */
export function cancelWork(name: string): void {
  workStore.getState().running[name]?.controller.abort();
}

export function startBuilder(name: string): Promise<boolean> {
  return run(name, 'start', (signal) => studio().call('builders.start', { name }, { signal }));
}

export function stopBuilder(name: string): Promise<boolean> {
  return run(name, 'stop', (signal) => studio().call('builders.stop', { name }, { signal }));
}

export function restartBuilder(name: string): Promise<boolean> {
  return run(name, 'restart', async (signal) => {
    await studio().call('builders.stop', { name }, { signal });
    await studio().call('builders.start', { name }, { signal });
  });
}

/** Makes it the builder of new projects. */
export function makeDefault(name: string): Promise<boolean> {
  return run(name, 'use', (signal) => studio().call('builders.use', { name }, { signal }));
}

/** `force` forgets the builder even when what its driver made can't be taken away. */
export async function removeBuilder(
  name: string,
  options: { keepState: boolean; force: boolean },
): Promise<boolean> {
  const isRemoved = await run(name, 'remove', (signal) =>
    studio().call('builders.remove', { name, ...options }, { signal }),
  );
  workStore.setState(({ stuck: { [name]: _old, ...stuck } }) => ({
    stuck: isRemoved ? stuck : { ...stuck, [name]: true },
  }));
  return isRemoved;
}

/** Looks at its nodes now. */
function refreshBuilder(name: string): Promise<boolean> {
  return run(name, 'refresh', (signal) => studio().call('builders.refresh', { name }, { signal }));
}

/** What gets a builder out of a failure: what could not be started is started again, the rest is looked at. */
export function retryBuilder({ name, canStart, nodes }: Builder): Promise<boolean> {
  const isStopped = builderStatus(nodes) === 'stopped';
  return canStart && isStopped ? startBuilder(name) : refreshBuilder(name);
}

export function removeNode(name: string, node: string): Promise<boolean> {
  return run(name, 'leave', (signal) => studio().call('builders.leave', { name, node }, { signal }));
}

export function installEmulators(name: string, node: string, platforms: string[]): Promise<boolean> {
  return run(name, 'install', (signal) =>
    studio().call('builders.installEmulation', { name, node, platforms }, { signal }),
  );
}

/** Does one thing; what keeps it from being done is kept to be shown. Resolves to whether it was done. */
async function run(
  name: string,
  kind: WorkKind,
  task: (signal: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  if (workStore.getState().running[name] !== undefined) return false;
  const controller = new AbortController();
  workStore.setState(({ running, errors: { [name]: _old, ...errors } }) => ({
    running: { ...running, [name]: { kind, controller } },
    errors,
  }));
  try {
    await task(controller.signal);
    return true;
  } catch (error) {
    if (!controller.signal.aborted) {
      workStore.setState(({ errors }) => ({ errors: { ...errors, [name]: errorData(error) } }));
    }
    return false;
  } finally {
    workStore.setState(({ running: { [name]: _done, ...running } }) => ({ running }));
  }
}
