import { StudioError } from '../../shared/contract';
import type {
  ProcedureName,
  ProcedureParams,
  ProcedureResult,
  StreamItem,
  StreamName,
  StreamParams,
  StudioClient,
} from '../../shared/contract';
import { setStudio } from '../app/studio';

type Answers = {
  [N in ProcedureName]?: (params: ProcedureParams<N>) => ProcedureResult<N> | Promise<ProcedureResult<N>>;
};

interface Subscription {
  name: StreamName;
  params: unknown;
  observer: { onItem(item: unknown): void | Promise<void>; onEnd?(): void; onError?(error: unknown): void };
}

/** A core whose answers a test writes down. */
export interface ScriptedStudio extends StudioClient {
  /** Every call so far, in order. */
  readonly calls: { name: ProcedureName; params: unknown }[];
  /** The parameters of the calls of one procedure. */
  paramsOf<N extends ProcedureName>(name: N): ProcedureParams<N>[];
  /** Sends an item to all subscribers of a stream. */
  push<N extends StreamName>(name: N, item: StreamItem<N>): void;
  /** Ends a stream, with an error if one is given. */
  end(name: StreamName, error?: unknown): void;
  /** Parameters of the open subscriptions of a stream. */
  open<N extends StreamName>(name: N): StreamParams<N>[];
}

/**
 * Makes a core in memory and connects the page to it. A call without an answer is refused like an unknown name. Items
 * in `first` go to every subscriber at once, as the snapshots of the real streams do.
 */
export function scriptedStudio(
  answers: Answers = {},
  first: { [N in StreamName]?: (params: StreamParams<N>) => StreamItem<N>[] } = {},
): ScriptedStudio {
  const calls: ScriptedStudio['calls'] = [];
  const subscriptions = new Set<Subscription>();
  const of = (name: StreamName): Subscription[] => [...subscriptions].filter((one) => one.name === name);

  const client: ScriptedStudio = {
    calls,
    paramsOf: (name) => calls.filter((call) => call.name === name).map((call) => call.params) as never,
    async call(name, ...rest) {
      calls.push({ name, params: rest[0] });
      const answer = answers[name] as ((params: unknown) => unknown) | undefined;
      if (answer === undefined)
        throw new StudioError({ code: 'invalid-request', message: `no answer to ${name}` });
      const signal = (rest[1] as { signal?: AbortSignal } | undefined)?.signal;
      const cancelled = new Promise<never>((_resolve, reject) => {
        const onAbort = (): void => reject(new StudioError({ code: 'cancelled', message: 'cancelled' }));
        signal?.addEventListener('abort', onAbort, { once: true });
      });
      // Nobody waits for it once the answer has failed.
      cancelled.catch(() => undefined);
      return (await Promise.race([answer(rest[0]), cancelled])) as never;
    },
    subscribe(name, params, observer) {
      const subscription: Subscription = { name, params, observer: observer };
      subscriptions.add(subscription);
      const items = (first[name] as ((params: unknown) => unknown[]) | undefined)?.(params) ?? [];
      for (const item of items) void subscription.observer.onItem(item);
      return () => subscriptions.delete(subscription);
    },
    push(name, item) {
      for (const { observer } of of(name)) void observer.onItem(item);
    },
    end(name, error) {
      for (const subscription of of(name)) {
        subscriptions.delete(subscription);
        if (error === undefined) subscription.observer.onEnd?.();
        else subscription.observer.onError?.(error);
      }
    },
    open: (name) => of(name).map((one) => one.params) as never,
    dispose() {
      subscriptions.clear();
    },
  };
  setStudio(client);
  return client;
}
