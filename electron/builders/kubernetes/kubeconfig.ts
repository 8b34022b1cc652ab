import { access } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { StudioError } from '../../../shared/contract';
import type { ExecCredentials } from './execCredentials';

/** A cluster as a kubeconfig describes it, with a login that works without further ado. */
export interface Cluster {
  /** The API server's address. */
  server: string;
  /** The context's. */
  namespace: string;
  config: KubeConfig;
}

export interface ClusterSource {
  /** Files, separated as in PATH; the usual ones when empty. */
  kubeconfig: string;
  /** The current one when absent. */
  context?: string | undefined;
  /** The user's environment: KUBECONFIG and HOME name the usual files. */
  env: Readonly<Record<string, string | undefined>>;
  credentials: ExecCredentials;
}

/**
 * Reads kubeconfig files as kubectl does: the first one that names a thing wins, files that are not there count for
 * nothing; inside of a cluster the pod's own account will do. The client library is loaded here and not before, as it is
 * large.
 *
 * @throws StudioError `builder-unreachable` saying what is missing, or the signal's reason
 */
export async function loadCluster(source: ClusterSource, signal: AbortSignal): Promise<Cluster> {
  const library = await import('@kubernetes/client-node');
  signal.throwIfAborted();
  const config = new library.KubeConfig();
  const files = await existing(kubeconfigFiles(source));
  if (files.length > 0) {
    mergeInto(
      config,
      files.map((file) => readKubeconfig(new library.KubeConfig(), file)),
    );
  } else if (source.env['KUBERNETES_SERVICE_HOST'] && source.context === undefined) {
    config.loadFromCluster();
  } else {
    const names = kubeconfigFiles(source).join(', ');
    throw notThere(
      `There is no kubeconfig: ${names} is not there.`,
      'Copy the cluster’s to ~/.kube/config, or let KUBECONFIG name it.',
    );
  }
  if (source.context !== undefined) config.setCurrentContext(source.context);
  return loggedIn(config, source, signal);
}

function kubeconfigFiles({ kubeconfig, env }: ClusterSource): string[] {
  const listed = (kubeconfig || env['KUBECONFIG'] || '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return listed;
  return [join(env['HOME'] ?? env['USERPROFILE'] ?? '', '.kube', 'config')];
}

async function existing(files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_file, index) => found[index]);
}

function readKubeconfig(config: KubeConfig, file: string): KubeConfig {
  try {
    config.loadFromFile(file);
  } catch (error) {
    // The error itself quotes the file, in which there are secrets.
    const cause = new Error(whyUnreadable(error));
    throw notThere(
      `The kubeconfig ${file} can’t be read.`,
      'Check that it is YAML as kubectl writes it.',
      cause,
    );
  }
  for (const { exec } of config.users as { exec?: { command?: unknown } | null }[]) {
    // As client-go: a path is relative to the file, a bare name is looked up on the PATH.
    if (typeof exec?.command === 'string' && /^\.{1,2}[/\\]/.test(exec.command)) {
      exec.command = join(dirname(file), exec.command);
    }
  }
  return config;
}

function whyUnreadable(error: unknown): string {
  const { mark, reason } = error as { mark?: { line: number }; reason?: string };
  return mark === undefined ? (error as Error).message : `line ${mark.line + 1}: ${reason}`;
}

function mergeInto(config: KubeConfig, files: readonly KubeConfig[]): void {
  const firstOf = <T extends { name: string }>(things: readonly T[]): T[] =>
    things.filter(({ name }, index) => things.findIndex((other) => other.name === name) === index);
  config.loadFromOptions({
    clusters: firstOf(files.flatMap(({ clusters }) => clusters)),
    contexts: firstOf(files.flatMap(({ contexts }) => contexts)),
    users: firstOf(files.flatMap(({ users }) => users)),
    currentContext: files.map(({ currentContext }) => currentContext).find((context) => context) ?? '',
  });
}

async function loggedIn(config: KubeConfig, source: ClusterSource, signal: AbortSignal): Promise<Cluster> {
  const name = config.getCurrentContext();
  const context = config.getContextObject(name);
  const cluster = config.getCurrentCluster();
  if (context === null || cluster === null) {
    throw notThere(
      name
        ? `The kubeconfig has no context ${name} with a cluster.`
        : 'The kubeconfig has no current context.',
      'Choose one with kubectl config use-context.',
    );
  }
  const user = config.getCurrentUser();
  if (user?.exec) {
    const { server, caData, tlsServerName, skipTLSVerify } = cluster;
    const info = { server, caData, tlsServerName, skipTlsVerify: skipTLSVerify === true };
    const credential = await source.credentials.get(user.exec, info, signal);
    const { token, clientCertificateData, clientKeyData } = credential;
    config.loadFromOptions({
      clusters: [cluster],
      contexts: [context],
      currentContext: name,
      users: [
        {
          name: user.name,
          ...(token === undefined ? {} : { token }),
          ...(clientCertificateData === undefined ? {} : { certData: base64(clientCertificateData) }),
          ...(clientKeyData === undefined ? {} : { keyData: base64(clientKeyData) }),
        },
      ],
    });
  }
  return { server: cluster.server, namespace: context.namespace || 'default', config };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function notThere(message: string, hint: string, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'builder-unreachable',
      message,
      hint,
      ...(cause instanceof Error ? { details: { cause: cause.message } } : {}),
    },
    { cause },
  );
}
