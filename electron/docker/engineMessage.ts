import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { EngineResponseError } from './engineError';

/** One line of what an engine tells about a pull, a load or a push (moby pkg/jsonmessage). */
const messageSchema = z.looseObject({
  status: z.string().optional(),
  stream: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.looseObject({ current: z.number().optional(), total: z.number().optional() }).nullish(),
  error: z.string().optional(),
});
export type EngineMessage = z.infer<typeof messageSchema>;

/**
 * What an engine tells, as it comes.
 *
 * @throws EngineResponseError for a message that tells a failure
 */
export async function* engineMessages(answer: IncomingMessage): AsyncGenerator<EngineMessage, void> {
  for await (const line of lines(answer)) {
    if (line.trim() === '') continue;
    const message = messageSchema.parse(JSON.parse(line));
    if (message.error !== undefined) throw new EngineResponseError(0, message.error);
    yield message;
  }
}

/** Unlike node:readline, this fails when its source does. */
async function* lines(source: IncomingMessage): AsyncGenerator<string, void> {
  let rest = '';
  source.setEncoding('utf8');
  for await (const text of source as AsyncIterable<string>) {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  yield rest;
}
