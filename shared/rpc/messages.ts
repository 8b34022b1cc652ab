import { z } from 'zod';

/*
 * The wire. Either side may start a request with an id of its own, higher than its ids before: `call`, answered by one
 * `ok` or `err`, or `sub`, answered by `item`s numbered from 1 and one `end` or `err`. The side that asked may
 * `cancel`, after which the other one sends nothing more for that id, and sends `ack` for each item it has worked off:
 * no more than `window` items are ever on the way.
 */

const id = z.int().min(1);

/** An error as it crosses; which codes there are is the contract's business. */
export const wireErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  details: z.unknown().optional(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

export const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id, name: z.string(), params: z.unknown() }),
  z.object({
    type: z.literal('sub'),
    id,
    name: z.string(),
    params: z.unknown(),
    window: z.int().min(1).max(1024),
  }),
  z.object({ type: z.literal('cancel'), id }),
  z.object({ type: z.literal('ack'), id, seq: z.int().min(1) }),
  z.object({ type: z.literal('ok'), id, result: z.unknown() }),
  z.object({ type: z.literal('err'), id, error: wireErrorSchema }),
  z.object({ type: z.literal('item'), id, seq: z.int().min(1), value: z.unknown() }),
  z.object({ type: z.literal('end'), id }),
]);

export type RpcMessage = z.infer<typeof messageSchema>;
export type MessageOf<T extends RpcMessage['type']> = Extract<RpcMessage, { type: T }>;
/** What the asked side sends. */
export type Reply = MessageOf<'ok' | 'err' | 'item' | 'end'>;
