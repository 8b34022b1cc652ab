import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { StudioError } from '../../../shared/contract';

/** A login program as a kubeconfig names it (client-go's ExecConfig). */
const execSchema = z.object({
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  apiVersion: z.string(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
});

const answerSchema = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

/** What such a program hands out: a bearer token, a client certificate with its key (PEM), or both. */
export interface Credential {
  token?: string | undefined;
  clientCertificateData?: string | undefined;
  clientKeyData?: string | undefined;
}

/** How the cluster is described to a program that asks for it. */
export interface ClusterInfo {
  server: string;
  /** Base64. */
  caData?: string | undefined;
  tlsServerName?: string | undefined;
  skipTlsVerify: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the login programs of kubeconfigs and remembers what they hand out until it expires. */
export class ExecCredentials {
  private readonly remembered = new Map<string, { credential: Credential; expiresAtMs: number }>();

  /** @param env the user's environment */
  constructor(private readonly env: Environment) {}

  /**
   * @param exec as the kubeconfig has it
   * @throws StudioError `builder-unreachable` saying what the program says, or the signal's reason
   */
  async get(exec: unknown, cluster: ClusterInfo, signal: AbortSignal): Promise<Credential> {
    const key = JSON.stringify([exec, cluster]);
    const known = this.remembered.get(key);
    if (known !== undefined && known.expiresAtMs > Date.now()) return known.credential;
    const status = await this.run(exec, cluster, signal);
    const { expirationTimestamp, ...credential } = status;
    const expiresAtMs = expirationTimestamp === undefined ? Infinity : Date.parse(expirationTimestamp);
    this.remembered.set(key, { credential, expiresAtMs });
    return credential;
  }

  /** Forgets everything, since a cluster didn't take it. */
  forget(): void {
    this.remembered.clear();
  }

  private async run(
    given: unknown,
    cluster: ClusterInfo,
    signal: AbortSignal,
  ): Promise<z.infer<typeof answerSchema>['status']> {
    const parsed = execSchema.safeParse(given);
    if (!parsed.success)
      throw loginFailed('the program', 'the kubeconfig doesn’t name it rightly', parsed.error);
    const exec = parsed.data;
    const env = {
      ...this.env,
      ...Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(exec, cluster)),
    };
    try {
      const { stdout } = await promisify(execFile)(exec.command, exec.args ?? [], {
        env,
        signal,
        maxBuffer: 1024 * 1024,
      });
      return answerSchema.parse(JSON.parse(stdout)).status;
    } catch (error) {
      signal.throwIfAborted();
      // The error itself holds what the program printed.
      const why = whyOf(error);
      throw loginFailed(exec.command, why, new Error(why), exec.installHint ?? undefined);
    }
  }
}

/** What the program is told (client.authentication.k8s.io, ExecCredential). */
function execInfo(
  { apiVersion, provideClusterInfo }: z.infer<typeof execSchema>,
  cluster: ClusterInfo,
): object {
  const info = {
    server: cluster.server,
    ...(cluster.caData === undefined ? {} : { 'certificate-authority-data': cluster.caData }),
    ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.skipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
  };
  const spec = { interactive: false, ...(provideClusterInfo ? { cluster: info } : {}) };
  return { apiVersion, kind: 'ExecCredential', spec };
}

/** The end of what the program said. Its standard output may hold a token, so it is not looked at. */
function whyOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'there is no such program';
  const { stderr } = error as { stderr?: string };
  if (stderr === undefined) return 'it did not answer with a credential';
  return stderr.trim().split('\n').slice(-3).join(' ') || 'it failed without a word';
}

function loginFailed(program: string, why: string, cause: unknown, hint?: string): StudioError {
  return new StudioError(
    {
      code: 'builder-unreachable',
      message: `${program}, by which the kubeconfig logs in to the cluster, failed: ${why.replace(/\.$/, '')}.`,
      hint: hint ?? 'Run kubectl get pods in a terminal, and log in there if it asks for that.',
      details: { subject: program },
    },
    { cause },
  );
}
