import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { openProcessStream, ProcessStreamError } from './processStream';

const { env } = process;
const shell = (script: string, signal?: AbortSignal) =>
  openProcessStream('sh', ['-c', script], { env, signal });

const failure = async (stream: NodeJS.ReadableStream): Promise<unknown> =>
  text(stream).catch((error: unknown) => error);

it('is one byte stream both ways', async () => {
  const stream = shell('cat');
  const bytes = 'x'.repeat(300_000);
  stream.end(bytes);
  expect(await text(stream)).toBe(bytes);
});

it('waits for a slow reader and loses nothing', async () => {
  const stream = shell('head -c 3000000 /dev/zero');
  await sleep(100);
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) length += chunk.length;
  expect(length).toBe(3_000_000);
});

it('fails with the end of what the process said', async () => {
  const error = await failure(shell('echo first >&2; echo "Permission denied (publickey)." >&2; exit 255'));
  expect(error).toBeInstanceOf(ProcessStreamError);
  expect(error).toMatchObject({
    command: 'sh',
    exitCode: 255,
    message: expect.stringContaining('publickey') as string,
  });
});

it('tells the status of a process that said nothing', async () => {
  expect(await failure(shell('exit 3'))).toMatchObject({ message: 'sh ended with status 3' });
  expect(await failure(shell('kill -9 $$'))).toMatchObject({ message: 'sh was killed', exitCode: undefined });
});

it('does not wait for a child that holds the pipe of what it says', async () => {
  const before = Date.now();
  expect(await failure(shell('sleep 5 >/dev/null & echo refused >&2; exit 1'))).toMatchObject({
    message: 'refused',
  });
  expect(Date.now() - before).toBeLessThan(2000);
});

it('says why it takes no more', async () => {
  const stream = shell('echo gone >&2; exit 1');
  const error = new Promise((resolve) => stream.once('error', resolve));
  await sleep(200);
  stream.write('more');
  expect(await error).toMatchObject({ message: 'gone' });
});

it('fails when there is no such program', async () => {
  expect(await failure(openProcessStream('/no/such/program', [], { env }))).toMatchObject({ code: 'ENOENT' });
});

it('ends the process when it is told to, and when the stream is destroyed', async () => {
  const reason = new Error('enough');
  const abort = new AbortController();
  const stream = shell('echo $$; trap "" TERM; while :; do sleep 0.1; done', abort.signal);
  const pid = Number(await new Promise<Buffer>((resolve) => stream.once('data', resolve)));
  const failed = new Promise((resolve) => stream.once('error', resolve));
  abort.abort(reason);
  expect(await failed).toBe(reason);
  for (let tries = 0; tries < 60 && isRunning(pid); tries++) await sleep(100);
  expect(isRunning(pid)).toBe(false);
  expect(() => shell('exit', abort.signal)).toThrow(reason);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
