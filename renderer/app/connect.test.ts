import { afterEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../shared/contract';
import type { StudioClient } from '../../shared/contract';
import { createMemoryPorts, createPeer, RpcError, tableHandlers } from '../../shared/rpc';
import type { RpcPeer } from '../../shared/rpc';
import { connectStudio, waitForPort } from './connect';

let core: RpcPeer | undefined;
afterEach(() => core?.dispose());

/** A client whose core answers from these tables. */
function connected(...tables: Parameters<typeof tableHandlers>): StudioClient {
  const [page, other] = createMemoryPorts();
  core = createPeer(other, { handlers: tableHandlers(...tables) });
  return connectStudio(page, (error) => {
    throw error;
  });
}

describe('the connection to the core', () => {
  it('hands over parameters and results', async () => {
    const client = connected({ 'projects.forget': (params) => params }, {});
    expect(await client.call('projects.forget', { path: '/a' })).toEqual({ path: '/a' });
  });

  it('turns what the core throws into a StudioError with hint and details', async () => {
    const client = connected(
      {
        'builds.cancel': () => {
          throw new RpcError({
            code: 'not-found',
            message: 'no such build',
            hint: 'look',
            details: { subject: 'b1' },
          });
        },
      },
      {},
    );
    const error = await client.call('builds.cancel', { id: 'b1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StudioError);
    expect(error).toMatchObject({
      code: 'not-found',
      message: 'no such build',
      hint: 'look',
      details: { subject: 'b1' },
    });
  });

  it('calls a code that the contract does not know a defect', async () => {
    const client = connected({}, {});
    core?.dispose();
    const error = await client.call('builds.cancel', { id: 'b1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StudioError);
    expect(error).toMatchObject({ code: 'internal' });
  });

  it('delivers the items of a stream one after another, then its end', async () => {
    const client = connected(
      {},
      {
        'projects.watch': async function* () {
          yield 'first';
          yield 'second';
        },
      },
    );
    const seen: unknown[] = [];
    let working = false;
    await new Promise<void>((resolve, reject) => {
      client.subscribe('projects.watch', undefined, {
        async onItem(item) {
          expect(working).toBe(false);
          working = true;
          await Promise.resolve();
          working = false;
          seen.push(item);
        },
        onEnd: resolve,
        onError: reject,
      });
    });
    expect(seen).toEqual(['first', 'second']);
  });
});

describe('waiting for the port', () => {
  it('takes the one that this window was handed, and nothing else', async () => {
    const port = new MessageChannel().port1;
    const taken = vi.fn();
    void waitForPort().then(taken);
    const post = (data: unknown, source: unknown, ports: MessagePort[]): void => {
      const event = new MessageEvent('message', { data });
      Object.defineProperty(event, 'source', { value: source });
      Object.defineProperty(event, 'ports', { value: ports });
      window.dispatchEvent(event);
    };
    post({ type: 'manifold:port' }, null, [port]);
    post({ type: 'other' }, window, [port]);
    post({ type: 'manifold:port' }, window, []);
    await Promise.resolve();
    expect(taken).not.toHaveBeenCalled();
    post({ type: 'manifold:port' }, window, [port]);
    await vi.waitFor(() => expect(taken).toHaveBeenCalledTimes(1));
    // Compared by identity: a deep comparison would walk the whole window.
    expect(taken.mock.calls[0]?.[0] === port).toBe(true);
  });
});
