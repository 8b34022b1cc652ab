import { completeDaemonFlags } from '../daemonFlags';
import type { Driver, NewNodeDefinition } from '../driver';
import { ExecCredentials } from '../kubernetes/execCredentials';
import { kubernetesForm } from '../kubernetes/form';
import { KubernetesNode } from '../kubernetes/node';
import { formatNodeEndpoint, parseNodeEndpoint } from '../kubernetes/nodeEndpoint';
import { kubernetesOptionsSchema } from '../kubernetes/options';
import type { DriversOptions } from './options';

/** BuildKit in the pods of a Kubernetes cluster: that of the current context, as buildx has no other. */
export function createKubernetesDriver({
  env,
}: Pick<DriversOptions, 'env'>): Driver<typeof kubernetesOptionsSchema> {
  const credentials = new ExecCredentials(env);
  return {
    name: 'kubernetes',
    summary: 'BuildKit in pods of a Kubernetes cluster.',
    endpoint: { kind: 'none' },
    checkEndpoint: (endpoint) =>
      parseNodeEndpoint(endpoint) === undefined
        ? 'A Kubernetes node’s address is kubernetes:///….'
        : undefined,
    optionsSchema: kubernetesOptionsSchema,
    form: kubernetesForm,
    capabilities: {
      start: true,
      stop: false,
      config: true,
      severalNodes: true,
      endsWithManifold: false,
      keepState: false,
      test: false,
    },
    complete: (node) => Promise.resolve(completed(node, env['KUBECONFIG'] ?? '')),
    create: (definition) => new KubernetesNode(definition, { env, credentials }),
  };
}

/** What buildx would store: its endpoint, with the kubeconfig of this moment, and its flags. */
function completed(typed: NewNodeDefinition, kubeconfig: string): NewNodeDefinition {
  const { builder, node, flags, files } = typed;
  return {
    ...typed,
    endpoint: typed.endpoint || formatNodeEndpoint({ builder, node, kubeconfig }),
    flags: completeDaemonFlags(flags, files, undefined),
  };
}
