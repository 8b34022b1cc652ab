import { Buffer } from 'node:buffer';
import { describe, expect, it, vi } from 'vitest';
import { MessageQueue } from './messageQueue';

function queueWithFlow(highWater = 100) {
  const flow = { pause: vi.fn(), resume: vi.fn(), cancel: vi.fn() };
  return { flow, queue: new MessageQueue(flow, highWater) };
}

async function collect(queue: AsyncIterable<Uint8Array>): Promise<string[]> {
  const texts: string[] = [];
  for await (const message of queue) texts.push(Buffer.from(message).toString());
  return texts;
}

describe('MessageQueue', () => {
  it('delivers in order what came before and after the reader', async () => {
    const { queue } = queueWithFlow();
    queue.push(Buffer.from('a'));
    const reading = collect(queue);
    await Promise.resolve();
    queue.push(Buffer.from('b'));
    queue.push(Buffer.from('c'));
    queue.end();
    expect(await reading).toEqual(['a', 'b', 'c']);
  });

  it('keeps order and loses nothing over many messages with a slow reader', async () => {
    const { queue } = queueWithFlow(1_000_000);
    const expected = Array.from({ length: 5_000 }, (_, index) => String(index));
    for (const text of expected) queue.push(Buffer.from(text));
    queue.end();
    expect(await collect(queue)).toEqual(expected);
  });

  it('delivers what arrived before a failure, then the failure, once', async () => {
    const { queue } = queueWithFlow();
    queue.push(Buffer.from('a'));
    queue.fail(new Error('broken'));
    queue.end();
    expect(await queue.next()).toEqual({ done: false, value: Buffer.from('a') });
    await expect(queue.next()).rejects.toThrow('broken');
    expect((await queue.next()).done).toBe(true);
  });

  it('rejects a waiting reader', async () => {
    const { queue } = queueWithFlow();
    const next = queue.next();
    queue.fail(new Error('broken'));
    await expect(next).rejects.toThrow('broken');
  });

  it('pauses the producer above the high-water mark and resumes it at half of it', async () => {
    const { flow, queue } = queueWithFlow(100);
    for (let index = 0; index < 12; index++) queue.push(Buffer.alloc(10));
    expect(flow.pause).toHaveBeenCalledTimes(1);
    for (let index = 0; index < 6; index++) await queue.next();
    expect(flow.resume).not.toHaveBeenCalled();
    await queue.next();
    expect(flow.resume).toHaveBeenCalledTimes(1);
  });

  it('cancels when the reader leaves early, and not after the end', async () => {
    const { flow, queue } = queueWithFlow();
    queue.push(Buffer.from('a'));
    for await (const _message of queue) break;
    expect(flow.cancel).toHaveBeenCalledTimes(1);
    const other = queueWithFlow();
    other.queue.end();
    await other.queue.return();
    expect(other.flow.cancel).not.toHaveBeenCalled();
  });
});
