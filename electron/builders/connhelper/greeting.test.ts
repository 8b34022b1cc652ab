import { describe, expect, it } from 'vitest';
import { connectedPair } from '../../testing/connectedPair';
import { greeting } from './greeting';

/** The shortest that a server begins with. */
const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const never = new AbortController().signal;

describe('a greeting', () => {
  it('is waited for, and left in the stream', async () => {
    const [near, far] = connectedPair();
    const waiting = greeting(near, never);
    far.write(settings.subarray(0, 2));
    far.write(settings.subarray(2));
    const stream = await waiting;
    far.end('more');
    expect(Buffer.concat(await stream.toArray())).toEqual(Buffer.concat([settings, Buffer.from('more')]));
  });

  it('is not what a shell or a container engine prints', async () => {
    const [near, far] = connectedPair();
    far.end('OCI runtime exec failed: no\n');
    await expect(greeting(near, never)).rejects.toThrow(/^it says: OCI runtime exec failed: no$/);
    expect(near.destroyed).toBe(true);
  });

  it('does not come from a stream that ends or fails', async () => {
    const [ended, far] = connectedPair();
    far.end();
    await expect(greeting(ended, never)).rejects.toThrow('closed the connection');
    const [failed] = connectedPair();
    const reason = new Error('gone');
    const waiting = greeting(failed, never);
    failed.destroy(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(failed.destroyed).toBe(true);
  });

  it('is not waited for any longer than is wanted', async () => {
    const [near] = connectedPair();
    const abort = new AbortController();
    const waiting = greeting(near, abort.signal);
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(near.destroyed).toBe(true);
    const [late] = connectedPair();
    await expect(greeting(late, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(late.destroyed).toBe(true);
  });
});
