import Docker from 'dockerode';
import { json } from 'node:stream/consumers';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { StudioError } from '../../shared/contract';
import { orAborted } from '../system/orAborted';
import { resolveEngine } from './contexts';
import { dialEngine } from './dial';
import { engineError } from './engineError';
import { EngineHttp } from './http';
import type { Environment } from './location';
import { engineModem } from './modem';
import { timeLimit } from '../system/timeLimit';

/** The newest version of the API that is spoken here, and the oldest with BuildKit (Docker 18.09). */
const newestApi = '1.47';
const oldestApi = '1.39';

const negotiationTimeoutMs = 10_000;

const versionSchema = z.object({ ApiVersion: z.string(), MinAPIVersion: z.string().optional() });

/** What an engine says about itself, as far as builders care. */
export interface EngineInfo {
  /** It keeps images in containerd's store, with all of their platforms. */
  containerdStore: boolean;
  /** `cgroupfs` or `systemd`. */
  cgroupDriver: string;
  /** Containers have user namespaces of their own (dockerd --userns-remap). */
  remapsUsers: boolean;
}

/** One Docker Engine. Every method throws StudioErrors, or the signal's reason. */
export class DockerEngine {
  /** As people know it: a context's name or an address. */
  readonly name: string;
  private readonly http: EngineHttp;
  private docker: Promise<Docker> | undefined;

  /** @param nameOrAddress a context's name or an engine's address; nothing is the context in use */
  constructor(
    private readonly nameOrAddress: string,
    private readonly env: Environment,
  ) {
    this.name = nameOrAddress || 'default';
    this.http = new EngineHttp((signal) => this.dial(signal));
  }

  /**
   * Lets dockerode work with the engine, in a version of the API that both know.
   *
   * @param work must hand the signal to dockerode itself
   */
  async use<T>(work: (docker: Docker) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      this.docker ??= this.negotiate();
      return await work(await orAborted(this.docker, signal));
    } catch (error) {
      signal?.throwIfAborted();
      // Another engine may answer next time: this one was updated, or the context changed.
      this.docker = undefined;
      throw engineError(this.name, error);
    }
  }

  /**
   * Makes a connection something else than HTTP: `/grpc` and `/session` speak HTTP/2 (`h2c`), an exec its own frames
   * (`tcp`).
   */
  async upgrade(
    path: string,
    protocol: 'h2c' | 'tcp',
    options: {
      headers?: Readonly<Record<string, string | string[]>>;
      body?: string;
      signal?: AbortSignal | undefined;
    } = {},
  ): Promise<Duplex> {
    try {
      return await this.http.upgrade({ method: 'POST', path, protocol, ...options });
    } catch (error) {
      options.signal?.throwIfAborted();
      throw engineError(this.name, error);
    }
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    // dockerode's types forget that `info` takes options.
    const ask = (docker: Docker): Promise<unknown> =>
      (docker.info as (options: object) => Promise<unknown>).call(docker, abortable(signal));
    const info = (await this.use(ask, signal)) as {
      DriverStatus?: string[][] | null;
      CgroupDriver?: string;
      SecurityOptions?: string[] | null;
    };
    return {
      containerdStore: (info.DriverStatus ?? []).some(
        ([key, value]) => key === 'driver-type' && value === 'io.containerd.snapshotter.v1',
      ),
      cgroupDriver: info.CgroupDriver ?? '',
      remapsUsers: (info.SecurityOptions ?? []).some((option) => option.split(',').includes('name=userns')),
    };
  }

  /** Whether it listens on a socket of this machine. */
  async isLocal(): Promise<boolean> {
    return (await resolveEngine(this.nameOrAddress, this.env)).kind === 'socket';
  }

  private async dial(signal?: AbortSignal): Promise<Duplex> {
    return dialEngine(await resolveEngine(this.nameOrAddress, this.env), this.env, signal);
  }

  /** Shared by all who wait for it, so it is nobody's signal that ends it. */
  private async negotiate(): Promise<Docker> {
    const signal = timeLimit(negotiationTimeoutMs);
    const answer = await this.http.send({ method: 'GET', path: '/version', signal });
    const { ApiVersion, MinAPIVersion } = versionSchema.parse(await json(answer));
    if (compare(ApiVersion, oldestApi) < 0 || compare(MinAPIVersion ?? '0', newestApi) > 0) {
      const old = compare(ApiVersion, oldestApi) < 0;
      throw new StudioError({
        code: 'builder-unavailable',
        message: `Docker (${this.name}) is too ${old ? 'old' : 'new'}: its API has the version ${ApiVersion}.`,
        hint: old ? 'Update Docker to 18.09 or later, which has BuildKit.' : 'Update Manifold.',
        details: { subject: this.name },
      });
    }
    const modem = engineModem(this.http, compare(ApiVersion, newestApi) < 0 ? ApiVersion : newestApi);
    // dockerode takes a modem of one's own; its types don't know.
    return new Docker({ modem } as Docker.DockerOptions);
  }
}

/** The signal as dockerode takes it. */
export function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function compare(one: string, other: string): number {
  const [a = [], b = []] = [one, other].map((version) => version.split('.').map(Number));
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}
