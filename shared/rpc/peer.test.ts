import { describe, expect, it, vi } from 'vitest';
import {
  createMemoryPorts,
  createPeer,
  RpcError,
  tableHandlers,
  type PeerOptions,
  type RpcHandlers,
} from './index';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function connect(handlers: RpcHandlers, client: PeerOptions = {}, server: PeerOptions = {}) {
  const [left, right] = createMemoryPorts();
  return {
    client: createPeer(left, client),
    server: createPeer(right, { ...server, handlers }),
    clientPort: left,
    serverPort: right,
  };
}

const never = () => new Promise<never>(() => undefined);

describe('calls', () => {
  const handlers = tableHandlers(
    {
      double: (value) => (value as number) * 2,
      refuse: () => {
        throw new RpcError({
          code: 'conflict',
          message: 'taken',
          hint: 'rename it',
          details: { subject: 'name' },
        });
      },
      break: () => {
        throw new TypeError('oops');
      },
      uncloneable: () => () => 1,
      uncloneableDetails: () => {
        throw new RpcError({ code: 'conflict', message: 'taken', details: () => 1 });
      },
      bytes: (value) => value,
      never,
    },
    {},
  );

  it('carry parameters there and the result back', async () => {
    const { client } = connect(handlers);
    await expect(client.call('double', 21)).resolves.toBe(42);
    await expect(client.call('bytes', { data: Uint8Array.of(1, 2) })).resolves.toEqual({
      data: Uint8Array.of(1, 2),
    });
  });

  it('work in both directions at once', async () => {
    const [left, right] = createMemoryPorts();
    const a = createPeer(left, { handlers: tableHandlers({ who: () => 'a' }, {}) });
    const b = createPeer(right, { handlers: tableHandlers({ who: () => 'b' }, {}) });
    await expect(Promise.all([a.call('who', undefined), b.call('who', undefined)])).resolves.toEqual([
      'b',
      'a',
    ]);
  });

  it('carry an RpcError as it is, and any other error as internal', async () => {
    const { client } = connect(handlers);
    await expect(client.call('refuse', undefined)).rejects.toMatchObject({
      name: 'RpcError',
      code: 'conflict',
      message: 'taken',
      hint: 'rename it',
      details: { subject: 'name' },
    });
    await expect(client.call('break', undefined)).rejects.toMatchObject({
      code: 'internal',
      message: 'oops',
    });
  });

  it.each(['missing', 'constructor', '__proto__', 'toString', 'hasOwnProperty', ''])(
    'refuse the name %j, which no table has as its own',
    async (name) => {
      const { client } = connect(handlers);
      await expect(client.call(name, undefined)).rejects.toMatchObject({ code: 'invalid-request' });
      const error = await new Promise((resolve) =>
        client.subscribe(name, undefined, { onItem: () => undefined, onError: resolve }),
      );
      expect(error).toMatchObject({ code: 'invalid-request' });
    },
  );

  it('fail on their own when something cannot be cloned, and leave the peer working', async () => {
    const onUnobservedError = vi.fn();
    const { client } = connect(handlers, {}, { onUnobservedError });
    await expect(client.call('double', () => 1)).rejects.toMatchObject({ code: 'internal' });
    await expect(client.call('uncloneable', undefined)).rejects.toMatchObject({ code: 'internal' });
    await expect(client.call('uncloneableDetails', undefined)).rejects.toMatchObject({
      message: 'taken',
      details: undefined,
    });
    expect(onUnobservedError).toHaveBeenCalledTimes(1);
    await expect(client.call('double', 1)).resolves.toBe(2);
  });

  it('reject at once on abort, and abort the signal of the handler', async () => {
    let handlerSignal: AbortSignal | undefined;
    const { client } = connect(
      tableHandlers({ wait: (_params, { signal }) => ((handlerSignal = signal), never()) }, {}),
    );
    const controller = new AbortController();
    const call = client.call('wait', undefined, { signal: controller.signal });
    await turn();
    expect(handlerSignal?.aborted).toBe(false);
    controller.abort('enough');
    await expect(call).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' });
    await turn();
    expect(handlerSignal?.aborted).toBe(true);
  });

  it('do not start when the signal is aborted already', async () => {
    const double = vi.fn();
    const { client } = connect(tableHandlers({ double }, {}));
    await expect(client.call('double', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await turn();
    expect(double).not.toHaveBeenCalled();
  });

  it('fail as disconnected when either side disposes of its peer, also afterwards', async () => {
    for (const side of ['client', 'server'] as const) {
      const connection = connect(handlers);
      const call = connection.client.call('never', undefined);
      await turn();
      connection[side].dispose();
      await expect(call).rejects.toMatchObject({ code: 'disconnected' });
      await expect(connection.client.call('double', 1)).rejects.toMatchObject({ code: 'disconnected' });
    }
  });
});

describe('subscriptions', () => {
  it('hand out items in order, one at a time, and then end', async () => {
    const { client } = connect(
      tableHandlers(
        {},
        {
          async *count(to) {
            for (let i = 1; i <= (to as number); i += 1) yield i;
          },
        },
      ),
    );
    const seen: unknown[] = [];
    let busy = 0;
    await new Promise<void>((resolve) =>
      client.subscribe('count', 100, {
        async onItem(item) {
          busy += 1;
          expect(busy).toBe(1);
          await turn();
          seen.push(item);
          busy -= 1;
        },
        onEnd: resolve,
      }),
    );
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('stop pulling from the source when the window is full', async () => {
    let pulled = 0;
    const { client } = connect(
      tableHandlers(
        {},
        {
          async *flood() {
            for (;;) yield (pulled += 1);
          },
        },
      ),
      { window: 4 },
    );
    let release: () => void = () => undefined;
    const stop = client.subscribe('flood', undefined, {
      onItem: () => new Promise<void>((r) => (release = r)),
    });
    await turn();
    expect(pulled).toBe(4);
    release();
    await turn();
    expect(pulled).toBe(5);
    stop();
  });

  it('end the source on unsubscribing, even while it waits for an item, and call nothing more', async () => {
    const ended = vi.fn();
    const returned = vi.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    const { client } = connect(
      tableHandlers(
        {},
        {
          async *tick(_params, { signal }) {
            try {
              yield 1;
              await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
            } finally {
              ended();
            }
          },
          stuck: () => ({ [Symbol.asyncIterator]: () => ({ next: never, return: returned }) }),
        },
      ),
    );
    const observer = { onItem: vi.fn(), onEnd: vi.fn(), onError: vi.fn() };
    const stops = ['tick', 'stuck'].map((name) => client.subscribe(name, undefined, observer));
    await turn();
    for (const stop of stops) stop();
    await turn();
    expect(ended).toHaveBeenCalledTimes(1);
    expect(returned).toHaveBeenCalledTimes(1);
    expect(observer.onItem).toHaveBeenCalledTimes(1);
    expect(observer.onEnd).not.toHaveBeenCalled();
    expect(observer.onError).not.toHaveBeenCalled();
  });

  it('hand out what came before an error, then the error', async () => {
    const { client } = connect(
      tableHandlers(
        {},
        {
          async *fail() {
            yield 1;
            throw new RpcError({ code: 'builder-lost', message: 'gone' });
          },
        },
      ),
    );
    const seen: unknown[] = [];
    await new Promise<void>((resolve) =>
      client.subscribe('fail', undefined, {
        async onItem(item) {
          await turn();
          seen.push(item);
        },
        onError(error) {
          seen.push(error.code);
          resolve();
        },
      }),
    );
    expect(seen).toEqual([1, 'builder-lost']);
  });

  it('are cancelled when the observer fails on an item', async () => {
    const closed = vi.fn();
    const { client } = connect(
      tableHandlers(
        {},
        {
          async *flood() {
            try {
              for (;;) yield 1;
            } finally {
              closed();
            }
          },
        },
      ),
    );
    const error = await new Promise<RpcError>((resolve) =>
      client.subscribe('flood', undefined, {
        onItem: () => Promise.reject(new Error('full')),
        onError: resolve,
      }),
    );
    expect(error).toMatchObject({ code: 'internal', cause: new Error('full') });
    await turn();
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('close the source when an item cannot be cloned', async () => {
    const closed = vi.fn();
    const { client } = connect(
      tableHandlers(
        {},
        {
          async *bad() {
            try {
              yield () => 1;
            } finally {
              closed();
            }
          },
        },
      ),
    );
    const error = await new Promise((resolve) =>
      client.subscribe('bad', undefined, { onItem: () => undefined, onError: resolve }),
    );
    expect(error).toMatchObject({ code: 'internal' });
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('report what a handler throws after cancellation, except the reason of the cancellation itself', async () => {
    const onUnobservedError = vi.fn();
    const { client } = connect(
      tableHandlers(
        {
          polite: async (_params, { signal }) => {
            await turn();
            signal.throwIfAborted();
          },
          rude: async () => {
            await turn();
            throw new Error('disk full');
          },
        },
        {},
      ),
      {},
      { onUnobservedError },
    );
    for (const name of ['polite', 'rude']) {
      const controller = new AbortController();
      const call = client.call(name, undefined, { signal: controller.signal });
      controller.abort();
      await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    }
    await turn();
    await turn();
    expect(onUnobservedError.mock.calls).toEqual([[new Error('disk full')]]);
  });
});

describe('a hostile other side', () => {
  const item = (id: number, seq: number) => ({ type: 'item', id, seq, value: seq });

  function hostile(options: PeerOptions = {}) {
    const [port, other] = createMemoryPorts();
    const onProtocolError = vi.fn();
    const sent: unknown[] = [];
    other.onMessage((message) => sent.push(message));
    const peer = createPeer(port, { onProtocolError, window: 3, ...options });
    return { peer, other, onProtocolError, sent };
  }

  it.each([
    [null],
    [42],
    ['call'],
    [{}],
    [{ type: 'constructor', id: 1 }],
    [{ type: 'call', id: '1', name: 'x' }],
    [{ type: 'call', id: 1.5, name: 'x' }],
    [{ type: 'call', id: -1, name: 'x' }],
    [{ type: 'sub', id: 1, name: 'x', params: 0, window: 1e9 }],
    [{ type: 'err', id: 1, error: 'no' }],
    [{ type: 'ok', id: 7, result: 1 }],
    [{ type: 'ack', id: 9, seq: 1 }],
    [{ type: 'cancel', id: 9 }],
  ])('has %j ignored and reported', async (message) => {
    const { other, onProtocolError, sent } = hostile();
    other.post(message);
    await turn();
    expect(onProtocolError).toHaveBeenCalledTimes(1);
    expect(sent).toEqual([]);
  });

  it.each([
    ['a gap in the numbers', [item(1, 1), item(1, 3)]],
    ['a repeated number', [item(1, 1), item(1, 1)]],
    ['more than the window', [item(1, 1), item(1, 2), item(1, 3), item(1, 4)]],
    ['an item after the end', [item(1, 1), { type: 'end', id: 1 }, item(1, 2)]],
    ['the answer to a call', [{ type: 'ok', id: 1, result: 1 }]],
  ])('fails a subscription by %s, which is cancelled', async (_case, messages) => {
    const { peer, other, onProtocolError, sent } = hostile();
    const onError = vi.fn();
    peer.subscribe('x', undefined, { onItem: never, onError });
    for (const message of messages) other.post(message);
    await turn();
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'protocol' });
    expect(onProtocolError).toHaveBeenCalledTimes(1);
    expect(sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
  });

  it('can neither reuse an id nor acknowledge what was not sent', async () => {
    const { other, onProtocolError, sent } = hostile({
      handlers: tableHandlers(
        {},
        {
          async *one() {
            yield 1;
            await never();
          },
        },
      ),
    });
    other.post({ type: 'sub', id: 5, name: 'one', params: undefined, window: 2 });
    other.post({ type: 'sub', id: 5, name: 'one', params: undefined, window: 2 });
    other.post({ type: 'sub', id: 4, name: 'one', params: undefined, window: 2 });
    await turn();
    other.post({ type: 'ack', id: 5, seq: 2 });
    other.post({ type: 'ack', id: 5, seq: 1 });
    other.post({ type: 'ack', id: 5, seq: 1 });
    await turn();
    expect(onProtocolError).toHaveBeenCalledTimes(4);
    expect(sent).toEqual([item(5, 1)]);
  });
});
