import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerCreateOptions } from 'dockerode';
import { text } from 'node:stream/consumers';
import { StudioError } from '../../shared/contract';
import { abortable, type DockerEngine } from './engine';
import { engineError, refusedStatus } from './engineError';
import { ExecStream } from './execStream';
import { OutputFrames } from './outputFrames';

/** How long a removal by somebody else may take, and how often it is looked for. */
const removalMs = 5000;
const removalPollMs = 100;

export type { ContainerCreateOptions } from 'dockerode';

/** A container as far as builders care. */
export interface ContainerState {
  running: boolean;
}

/** The command's end and all that it printed. */
export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** What the engine takes as a name (moby daemon/names); anything else would be a path in its API. */
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** @throws StudioError `invalid-request` for a name that no container can have */
function checked(name: string): string {
  if (namePattern.test(name)) return name;
  throw new StudioError({
    code: 'invalid-request',
    message: `No container can be named ${JSON.stringify(name)}.`,
    hint: 'Make the builder again, with another name.',
    details: { subject: name },
  });
}

/** @returns undefined when there is no such container */
export async function inspectContainer(
  engine: DockerEngine,
  name: string,
  signal?: AbortSignal,
): Promise<ContainerState | undefined> {
  const container = checked(name);
  const found = await unless([404], () =>
    engine.use((docker) => docker.getContainer(container).inspect(abortable(signal)), signal),
  );
  return found && { running: found.State.Running };
}

/**
 * @param platform of an image with several, such as `linux/arm64`
 * @returns false when there is a container of that name already
 */
export async function createContainer(
  engine: DockerEngine,
  name: string,
  config: ContainerCreateOptions,
  signal?: AbortSignal,
  platform?: string,
): Promise<boolean> {
  const query = { name: checked(name), ...(platform === undefined ? {} : { platform }) };
  const options = { _query: query, _body: config, ...abortable(signal) };
  const created = await unless([409], () =>
    engine.use((docker) => docker.createContainer(options as ContainerCreateOptions), signal),
  );
  return created !== undefined;
}

/** One that runs already is no error. */
export async function startContainer(
  engine: DockerEngine,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const container = checked(name);
  await engine.use((docker) => docker.getContainer(container).start(abortable(signal)), signal);
}

/** Gives it the engine's 10 s to end by itself. One that is stopped or gone is no error. */
export async function stopContainer(engine: DockerEngine, name: string, signal?: AbortSignal): Promise<void> {
  const container = checked(name);
  await unless([404], () =>
    engine.use((docker) => docker.getContainer(container).stop(abortable(signal)), signal),
  );
}

/** Ends it at once and removes it with its anonymous volumes. One that is gone, or that another one removes, is no error. */
export async function removeContainer(
  engine: DockerEngine,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const options = { force: true, v: true, ...abortable(signal) };
  const container = checked(name);
  try {
    await unless([404], () => engine.use((docker) => docker.getContainer(container).remove(options), signal));
  } catch (error) {
    if (refusedStatus(error) !== 409) throw error;
    await untilRemoved(engine, name, error, signal);
  }
}

/** Waits for a removal that is under way already. @throws `refusal` when the container is still there after that */
async function untilRemoved(
  engine: DockerEngine,
  name: string,
  refusal: unknown,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < removalMs; waitedMs += removalPollMs) {
    if ((await inspectContainer(engine, name, signal)) === undefined) return;
    await sleep(removalPollMs, undefined, signal === undefined ? {} : { signal });
  }
  throw refusal;
}

/** A volume that is gone is no error. */
export async function removeVolume(engine: DockerEngine, name: string, signal?: AbortSignal): Promise<void> {
  const volume = checked(name);
  await unless([404], () =>
    engine.use((docker) => docker.getVolume(volume).remove(abortable(signal)), signal),
  );
}

/** Unpacks a tar archive into a folder of the container, which need not run. */
export async function putArchive(
  engine: DockerEngine,
  name: string,
  archive: Buffer,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const options = { path: folder, ...abortable(signal) };
  const container = checked(name);
  await engine.use((docker) => docker.getContainer(container).putArchive(archive, options), signal);
}

/** The end of what the container printed. */
export async function containerLog(
  engine: DockerEngine,
  name: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const options = { stdout: true, stderr: true, tail: 20, follow: false as const, ...abortable(signal) };
  const container = checked(name);
  const framed = await engine.use((docker) => docker.getContainer(container).logs(options), signal);
  const parts: Buffer[] = [];
  new OutputFrames((_kind, part) => parts.push(part)).push(framed);
  return Buffer.concat(parts)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** What a container without a terminal prints, from its start to its end. The bytes are the reader's own. */
export async function* containerOutput(
  engine: DockerEngine,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<{ stream: 'stdout' | 'stderr'; bytes: Uint8Array }, void, undefined> {
  const options = { stdout: true, stderr: true, follow: true as const, ...abortable(signal) };
  const container = checked(name);
  const framed = await engine.use((docker) => docker.getContainer(container).logs(options), signal);
  const parts: { stream: 'stdout' | 'stderr'; bytes: Uint8Array }[] = [];
  const frames = new OutputFrames((kind, part) =>
    parts.push({ stream: kind === 2 ? 'stderr' : 'stdout', bytes: new Uint8Array(part) }),
  );
  try {
    // Leaving the loop ends the answer.
    for await (const chunk of framed as AsyncIterable<Buffer>) {
      frames.push(chunk);
      yield* parts.splice(0);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(engine.name, error);
  }
}

/** Waits for the container's end; returns its exit code. */
export async function waitForContainer(
  engine: DockerEngine,
  name: string,
  signal?: AbortSignal,
): Promise<number> {
  const container = checked(name);
  const ended = await engine.use(
    async (docker) =>
      (await docker.getContainer(container).wait(abortable(signal))) as { StatusCode: number },
    signal,
  );
  return ended.StatusCode;
}

/**
 * Starts a command in a container that runs, with its standard streams as one byte stream.
 *
 * @throws StudioError; {@link refusedStatus} is 404 for a missing container and 409 for a stopped one
 */
export async function exec(
  engine: DockerEngine,
  name: string,
  command: readonly string[],
  signal?: AbortSignal,
): Promise<{ stream: ExecStream; exitCode: () => Promise<number> }> {
  const options = {
    ...{ Cmd: [...command], AttachStdin: true, AttachStdout: true, AttachStderr: true },
    ...abortable(signal),
  };
  const container = checked(name);
  const { id } = await engine.use((docker) => docker.getContainer(container).exec(options), signal);
  const socket = await engine.upgrade(`/exec/${checked(id)}/start`, 'tcp', {
    body: JSON.stringify({ Detach: false, Tty: false }),
    headers: { 'content-type': 'application/json' },
    signal,
  });
  const exitCode = async (): Promise<number> => {
    const ended = await engine.use((docker) => docker.getExec(id).inspect(abortable(signal)), signal);
    return ended.ExitCode ?? 0;
  };
  return { stream: new ExecStream(socket), exitCode };
}

/** Runs a command in a container to its end. */
export async function run(
  engine: DockerEngine,
  name: string,
  command: readonly string[],
  signal?: AbortSignal,
): Promise<ExecResult> {
  const { stream, exitCode } = await exec(engine, name, command, signal);
  const onAbort = (): void => void stream.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const stdout = await text(stream).catch((error: unknown) => {
      signal?.throwIfAborted();
      if (stream.stderr === '') throw error;
      return '';
    });
    return { exitCode: await exitCode(), stdout, stderr: stream.stderr };
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
}

/** What is thrown for these statuses becomes undefined. */
async function unless<T>(statuses: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (statuses.includes(refusedStatus(error) ?? -1)) return undefined;
    throw error;
  }
}
