import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMemoryPorts, createPeer, tableHandlers, type RpcPort } from './index';
import { messageSchema, type RpcMessage } from './messages';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A port that also writes down what is posted on it. */
function recorded(port: RpcPort, log: RpcMessage[]): RpcPort {
  return {
    post(message) {
      log.push(messageSchema.parse(message));
      port.post(message);
    },
    onMessage: (listener) => port.onMessage(listener),
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
  };
}

/** How often to let everything else run before going on. */
const pause = fc.nat({ max: 3 });
const request = fc.record({
  stream: fc.boolean(),
  items: fc.nat({ max: 20 }),
  fails: fc.boolean(),
  producerPause: pause,
  consumerPause: pause,
  cancelAfter: fc.option(fc.nat({ max: 12 }), { nil: undefined }),
  startAfter: pause,
});

async function rest(turns: number) {
  for (let i = 0; i < turns; i += 1) await turn();
}

it('keeps order, window and endings through any interleaving of requests, cancellations and disposal', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      fc.option(fc.nat({ max: 15 }), { nil: undefined }),
      async (requests, window, disposeAfter) => {
        const served = new Map<number, AbortSignal>();
        const finished = new Set<number>();
        const handlers = tableHandlers(
          {
            async call(params, { signal }) {
              const index = params as number;
              served.set(index, signal);
              await rest(requests[index]!.producerPause);
              finished.add(index);
              if (requests[index]!.fails) throw new Error('failed');
              return index;
            },
          },
          {
            async *stream(params, { signal }) {
              const index = params as number;
              served.set(index, signal);
              try {
                for (let i = 1; i <= requests[index]!.items; i += 1) {
                  await rest(requests[index]!.producerPause);
                  yield i;
                }
                if (requests[index]!.fails) throw new Error('failed');
              } finally {
                finished.add(index);
              }
            },
          },
        );
        const [left, right] = createMemoryPorts();
        const wire: RpcMessage[] = [];
        const problems: string[] = [];
        const onProtocolError = (problem: string) => problems.push(problem);
        const client = createPeer(recorded(left, wire), { window, onProtocolError });
        createPeer(recorded(right, wire), { handlers, onProtocolError });

        const outcomes = requests.map(async (plan, index) => {
          await rest(plan.startAfter);
          const controller = new AbortController();
          if (plan.cancelAfter !== undefined) void rest(plan.cancelAfter).then(() => controller.abort());
          const { signal } = controller;
          if (!plan.stream) {
            return client.call('call', index, { signal }).then(
              (result) => ({ result, items: [] as unknown[] }),
              (error: unknown) => ({ error, items: [] as unknown[] }),
            );
          }
          const items: unknown[] = [];
          let endings = 0;
          const outcome = await new Promise<{ error?: unknown }>((resolve) => {
            const ending = (error?: unknown) => {
              endings += 1;
              resolve({ error });
            };
            client.subscribe(
              'stream',
              index,
              {
                async onItem(item) {
                  expect(endings).toBe(0);
                  items.push(item);
                  await rest(plan.consumerPause);
                },
                onEnd: () => ending(),
                onError: ending,
              },
              { signal },
            );
          });
          await rest(5);
          expect(endings).toBe(1);
          return { ...outcome, items };
        });
        const disposed =
          disposeAfter === undefined ? undefined : rest(disposeAfter).then(() => client.dispose());
        const results = await Promise.all(outcomes);
        await disposed;
        await rest(8);

        expect(problems).toEqual([]);
        results.forEach((result, index) => {
          const plan = requests[index]!;
          expect(result.items).toEqual(result.items.map((_, i) => i + 1));
          const code = 'error' in result ? (result.error as { code?: string } | undefined)?.code : undefined;
          if (code === 'cancelled') expect(plan.cancelAfter).toBeDefined();
          else if (code === 'disconnected') expect(disposeAfter).toBeDefined();
          else {
            expect(code).toBe(plan.fails ? 'internal' : undefined);
            if (plan.stream) expect(result.items).toHaveLength(plan.items);
            expect(served.get(index)?.aborted ?? false).toBe(false);
          }
          const signal = served.get(index);
          if (signal && (code === 'cancelled' || code === 'disconnected') && !finished.has(index)) {
            expect(signal.aborted).toBe(true);
          }
        });
        checkWire(wire, window);
      },
    ),
    { numRuns: 150 },
  );
});

/** What the protocol promises, checked on what was really sent. All requests are the client's here. */
function checkWire(wire: RpcMessage[], window: number) {
  const open = new Map<number, { sent: number; acknowledged: number; ended: boolean }>();
  for (const message of wire) {
    if (message.type === 'call' || message.type === 'sub') {
      open.set(message.id, { sent: 0, acknowledged: 0, ended: false });
      continue;
    }
    const state = open.get(message.id)!;
    if (message.type === 'ack') {
      expect(message.seq).toBeGreaterThan(state.acknowledged);
      expect(message.seq).toBeLessThanOrEqual(state.sent);
      state.acknowledged = message.seq;
    } else if (message.type !== 'cancel') {
      expect(state.ended).toBe(false);
      if (message.type === 'item') {
        state.sent += 1;
        expect(message.seq).toBe(state.sent);
        expect(state.sent - state.acknowledged).toBeLessThanOrEqual(window);
      } else {
        state.ended = true;
      }
    }
  }
}

it('survives any message', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.anything({ maxDepth: 2 }),
          fc.record({
            type: fc.constantFrom('call', 'sub', 'cancel', 'ack', 'ok', 'err', 'item', 'end'),
            id: fc.integer({ min: -1, max: 4 }),
            seq: fc.integer({ min: -1, max: 4 }),
            name: fc.constantFrom('ping', 'ticks', '__proto__', 'nothing'),
            window: fc.integer({ min: -1, max: 3 }),
            error: fc.record({ code: fc.string(), message: fc.string() }),
            params: fc.anything({ maxDepth: 1 }),
            value: fc.string(),
          }),
        ),
        { maxLength: 40 },
      ),
      async (messages) => {
        const [left, right] = createMemoryPorts();
        const handlers = tableHandlers(
          { ping: () => 'pong' },
          {
            async *ticks() {
              for (;;) yield 'tick';
            },
          },
        );
        const peer = createPeer(left, { handlers });
        const endings = { call: 0, subscription: 0 };
        const count = () => (endings.call += 1);
        void peer.call('x', undefined).then(count, count);
        peer.subscribe('y', undefined, {
          onItem: () => undefined,
          onEnd: () => (endings.subscription += 1),
          onError: () => (endings.subscription += 1),
        });
        for (const message of messages) right.post(message);
        await turn();
        peer.dispose();
        await turn();
        expect(endings).toEqual({ call: 1, subscription: 1 });
      },
    ),
    { numRuns: 200 },
  );
});
