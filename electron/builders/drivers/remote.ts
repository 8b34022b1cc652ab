import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { StudioError } from '../../../shared/contract';
import { dialHelper } from '../connhelper/dialHelper';
import { openDockerContainer } from '../connhelper/dockerContainer';
import { openKubePod } from '../connhelper/kubePod';
import { openSsh } from '../connhelper/ssh';
import { dialEndpoint } from '../dialEndpoint';
import type { Driver, DriverNode } from '../driver';
import { parseEndpoint, type Endpoint } from '../endpoint';
import { ExecCredentials } from '../kubernetes/execCredentials';
import { unreachable } from '../unreachable';
import type { DriversOptions } from './options';

/** buildx takes no relative paths (buildx driver/remote), and what would they be relative to. */
const file = z
  .string()
  .trim()
  .refine((path) => path === '' || isAbsolute(path), { error: 'Type the file’s whole path, from the root.' })
  .optional();

const optionsSchema = z
  .object({
    cacert: file,
    cert: file,
    key: file,
    servername: z.string().trim().optional(),
  })
  .superRefine((options, context) => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (Boolean(options.cert) !== Boolean(options.key)) {
      complain(
        options.cert ? 'key' : 'cert',
        'A client certificate and its key belong together: give both or none.',
      );
    }
    if ((wantsTls(options) || options.servername) && !options.cacert) {
      complain('cacert', 'TLS needs the CA certificate that signed the daemon’s, in buildx as well.');
    }
  });
const noTls = 'Only tcp://host:port has TLS: use that, or leave the certificates empty.';

type RemoteOptions = z.output<typeof optionsSchema>;

/**
 * A buildkitd that runs anywhere and is only dialled: a unix socket, TCP, TCP with (mutual) TLS, or through `buildctl`
 * next to it, by ssh, in a container or in a pod.
 */
export function createRemoteDriver({ env }: Pick<DriversOptions, 'env'>): Driver<typeof optionsSchema> {
  const credentials = new ExecCredentials(env);
  return {
    name: 'remote',
    summary: 'A BuildKit daemon that is already running, here or on another machine.',
    endpoint: {
      kind: 'address',
      label: 'Address',
      placeholder: 'tcp://builder.example:1234',
      description:
        'unix:///path/to/buildkitd.sock, tcp://host:port, ssh://user@host, docker-container://name or kube-pod://name',
    },
    checkEndpoint(address, options) {
      const endpoint = parseEndpoint(address);
      if (!endpoint.ok) return endpoint.error;
      return endpoint.value.kind !== 'tcp' && wantsTls(options) ? noTls : undefined;
    },
    optionsSchema,
    form: [
      {
        name: 'cacert',
        kind: 'file',
        label: 'CA certificate',
        description: 'Checks the daemon’s certificate; with it the connection uses TLS.',
        required: false,
      },
      { name: 'cert', kind: 'file', label: 'Client certificate', required: false },
      { name: 'key', kind: 'file', label: 'Client key', required: false },
      {
        name: 'servername',
        kind: 'text',
        label: 'Server name',
        description: 'The name in the daemon’s certificate, where it differs from the host.',
        required: false,
      },
    ],
    capabilities: {
      start: false,
      stop: false,
      config: false,
      severalNodes: true,
      endsWithManifold: false,
      keepState: false,
      test: true,
    },
    create: ({ endpoint, options }) => new RemoteNode(endpoint, options, { env, credentials }),
  };
}

interface Machine extends Pick<DriversOptions, 'env'> {
  credentials: ExecCredentials;
}

class RemoteNode implements DriverNode {
  constructor(
    readonly endpoint: string,
    private readonly options: RemoteOptions,
    private readonly machine: Machine,
  ) {}

  async onThisMachine(): Promise<boolean> {
    return process.platform === 'linux' && this.endpoint.startsWith('unix:');
  }

  async info(): Promise<{ status: 'unknown' }> {
    return { status: 'unknown' };
  }

  async boot(): Promise<void> {
    // Somebody else runs the daemon; dialling tells whether it is there.
  }

  async stop(): Promise<void> {
    // Not started from here.
  }

  async remove(): Promise<void> {
    // Nothing was made for it.
  }

  async dial(signal?: AbortSignal): Promise<Duplex> {
    const endpoint = parseEndpoint(this.endpoint);
    if (!endpoint.ok) throw unreachable(this.endpoint, endpoint.error, undefined);
    const tls = wantsTls(this.options) ? await tlsOptions(this.options) : undefined;
    if (tls !== undefined && endpoint.value.kind !== 'tcp')
      throw unreachable(this.endpoint, noTls, undefined);
    return this.open(endpoint.value, tls, signal);
  }

  private open(
    endpoint: Endpoint,
    tls: ConnectionOptions | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Duplex> {
    const { env, credentials } = this.machine;
    switch (endpoint.kind) {
      case 'unix':
      case 'tcp':
        return dialEndpoint(endpoint, this.endpoint, tls, signal);
      case 'ssh':
        return dialHelper(() => openSsh(endpoint.address, env), this.endpoint, signal);
      case 'docker-container':
        return dialHelper((stop) => openDockerContainer(endpoint.address, env, stop), this.endpoint, signal);
      case 'kube-pod':
        return dialHelper(
          (stop) => openKubePod(endpoint.address, env, credentials, stop),
          this.endpoint,
          signal,
        );
    }
  }
}

function wantsTls(options: {
  cacert?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}): boolean {
  return Boolean(options.cacert) || Boolean(options.cert) || Boolean(options.key);
}

async function tlsOptions({ cacert, cert, key, servername }: RemoteOptions): Promise<ConnectionOptions> {
  const [ca, clientCert, clientKey] = await Promise.all([cacert, cert, key].map(readCertificate));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(clientCert === undefined ? {} : { cert: clientCert }),
    ...(clientKey === undefined ? {} : { key: clientKey }),
    ...(servername ? { servername } : {}),
    minVersion: 'TLSv1.2',
  };
}

async function readCertificate(path: string | undefined): Promise<Buffer | undefined> {
  if (!path) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new StudioError(
      {
        code: 'builder-unreachable',
        message: `The certificate file ${path} can’t be read.`,
        hint: 'Check the file’s path and permissions in the builder’s settings.',
        details: { subject: path, cause: (cause as Error).message },
      },
      { cause },
    );
  }
}
