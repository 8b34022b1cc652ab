import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { BuildRequest, FileTreeRequest } from '../../shared/contract';
import type { CoreReply, CoreRequest } from './messages';

/**
 * Manifold's core in a process of its own, connected to the daemon before anything is measured. It has nothing in its
 * caches.
 */
export class CoreProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly cache: string,
  ) {}

  static async start(buildkitAddress: string): Promise<CoreProcess> {
    const cache = await mkdtemp(join(tmpdir(), 'manifold-bench-cache-'));
    const child = fork(new URL('./core.ts', import.meta.url), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, BUILDKIT_HOST: buildkitAddress, XDG_CACHE_HOME: cache },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const core = new CoreProcess(child, cache);
    await core.next();
    return core;
  }

  async build(request: BuildRequest, countLogLines = false): Promise<{ ms: number; logLines: number }> {
    return this.ask({ type: 'build', request, countLogLines }, 'built');
  }

  /** @returns ms until an image can be shown, and its platforms */
  inspect(reference: string): Promise<{ ms: number; platforms: string[] }> {
    return this.ask({ type: 'inspect', reference }, 'inspected');
  }

  /** @returns ms until the first rows of a tree can be shown, and how many paths it has */
  openTree(request: FileTreeRequest): Promise<{ ms: number; paths: number }> {
    return this.ask({ type: 'open-tree', request }, 'tree-open');
  }

  /** @returns ms until the first rows of the open tree that match can be shown, and how many match */
  filterTree(text: string): Promise<{ ms: number; matching: number }> {
    return this.ask({ type: 'filter-tree', text }, 'tree-filtered');
  }

  /** Counts the loop's delay from now on. */
  async measure(): Promise<void> {
    await this.ask({ type: 'measure' }, 'measuring');
  }

  figures(): Promise<{ rssMb: number; loopDelayP99Ms: number }> {
    return this.ask({ type: 'figures' }, 'figures');
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.send({ type: 'stop' } satisfies CoreRequest);
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
    await rm(this.cache, { recursive: true, force: true });
  }

  private async ask<T extends CoreReply['type']>(
    request: CoreRequest,
    expected: T,
  ): Promise<Extract<CoreReply, { type: T }>> {
    const reply = this.next();
    this.child.send(request);
    const message = await reply;
    if (message.type === 'failed') throw new Error(message.message);
    if (message.type !== expected) throw new Error(`the core answered ${message.type} to ${request.type}`);
    return message as Extract<CoreReply, { type: T }>;
  }

  private async next(): Promise<CoreReply> {
    const exit = new AbortController();
    const reply = once(this.child, 'message', { signal: exit.signal });
    const gone = (): void => exit.abort(new Error('the core process ended'));
    this.child.once('exit', gone);
    try {
      return ((await reply) as [CoreReply])[0];
    } finally {
      this.child.off('exit', gone);
    }
  }
}

/** Runs a program to its end. @returns ms that it took, and what it wrote to its standard output */
export async function timed(
  command: string,
  args: readonly string[],
): Promise<{ ms: number; output: string }> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const ms = performance.now() - started;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return { ms, output };
}

/** The real buildx, standalone, with a remote builder on the same daemon. Every build starts it anew, as a user does. */
export class Buildx {
  private constructor(
    private readonly binary: string,
    private readonly config: string,
  ) {}

  static async create(binary: string, buildkitAddress: string): Promise<Buildx> {
    const buildx = new Buildx(binary, await mkdtemp(join(tmpdir(), 'manifold-bench-buildx-')));
    await buildx.run(['create', '--name', 'bench', '--driver', 'remote', buildkitAddress]);
    return buildx;
  }

  /** @returns wall time in ms */
  build(args: readonly string[], timeoutMs = 300_000): Promise<number> {
    return this.run(['build', '--builder', 'bench', '--progress', 'plain', ...args], timeoutMs);
  }

  async remove(): Promise<void> {
    await rm(this.config, { recursive: true, force: true });
  }

  private async run(args: readonly string[], timeoutMs = 60_000): Promise<number> {
    const log = await open(join(this.config, 'output.log'), 'w');
    try {
      const started = performance.now();
      const child = spawn(this.binary, args, {
        env: { ...process.env, BUILDX_CONFIG: this.config },
        stdio: ['ignore', log.fd, log.fd],
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      });
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      const ms = performance.now() - started;
      if (signal !== null) throw new PeerHung(`buildx did not end within ${timeoutMs} ms`);
      if (code !== 0)
        throw new Error(`buildx ${args.join(' ')} ended with ${code}; see ${this.config}/output.log`);
      return ms;
    } finally {
      await log.close();
    }
  }
}

/** buildx hangs now and then when exporting many files; such a run is counted apart. */
export class PeerHung extends Error {
  override readonly name = 'PeerHung';
}
