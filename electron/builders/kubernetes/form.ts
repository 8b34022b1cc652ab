import type { DriverOption } from '../../../shared/contract';

type Entry = Omit<DriverOption, 'required'>;

const usual: readonly Entry[] = [
  {
    name: 'namespace',
    kind: 'text',
    label: 'Namespace',
    description: 'Where the pods run; the namespace of the kubeconfig’s context when empty.',
  },
  { name: 'replicas', kind: 'number', label: 'Replicas', default: '1' },
  {
    name: 'loadbalance',
    kind: 'select',
    label: 'Load balancing',
    description: 'Which pod serves a build: always the same one, whose cache is warm, or any.',
    default: 'sticky',
    choices: [
      { value: 'sticky', label: 'Sticky' },
      { value: 'random', label: 'Random' },
    ],
  },
  {
    name: 'rootless',
    kind: 'boolean',
    label: 'Rootless',
    description: 'Runs BuildKit without privileges.',
  },
  {
    name: 'image',
    kind: 'text',
    label: 'Image',
    placeholder: 'moby/buildkit:buildx-stable-1',
  },
];

const quantities: readonly Entry[] = [
  { name: 'requests.cpu', kind: 'text', label: 'CPU request', placeholder: '500m' },
  { name: 'requests.memory', kind: 'text', label: 'Memory request', placeholder: '2Gi' },
  {
    name: 'requests.ephemeral-storage',
    kind: 'text',
    label: 'Ephemeral storage request',
    placeholder: '10Gi',
  },
  { name: 'limits.cpu', kind: 'text', label: 'CPU limit', placeholder: '4' },
  { name: 'limits.memory', kind: 'text', label: 'Memory limit', placeholder: '8Gi' },
  { name: 'limits.ephemeral-storage', kind: 'text', label: 'Ephemeral storage limit', placeholder: '20Gi' },
  {
    name: 'persistent-volume-claim.requests.storage',
    kind: 'text',
    label: 'Persistent volume',
    placeholder: '50Gi',
    description:
      'Size of a volume claim that keeps the cache of each pod; with it the pods are a StatefulSet.',
  },
  {
    name: 'buildkit-root-volume-memory',
    kind: 'text',
    label: 'State in memory',
    placeholder: '6Gi',
    description: 'Keeps BuildKit’s state in memory, up to this size.',
  },
];

const rest: readonly Entry[] = [
  { name: 'nodeselector', kind: 'text', label: 'Node selector', placeholder: 'kubernetes.io/arch=arm64' },
  {
    name: 'tolerations',
    kind: 'text',
    label: 'Tolerations',
    placeholder: 'key=gpu,operator=Exists,effect=NoSchedule',
    description: 'Separated by ";".',
  },
  { name: 'annotations', kind: 'text', label: 'Annotations', placeholder: 'name=value,name=value' },
  { name: 'labels', kind: 'text', label: 'Labels', placeholder: 'name=value,name=value' },
  { name: 'serviceaccount', kind: 'text', label: 'Service account' },
  { name: 'schedulername', kind: 'text', label: 'Scheduler' },
  {
    name: 'timeout',
    kind: 'text',
    label: 'Timeout',
    placeholder: '120s',
    description: 'How long starting may take.',
  },
  {
    name: 'qemu.install',
    kind: 'boolean',
    label: 'Install emulators',
    description: 'A privileged init container registers them with the node’s kernel.',
  },
  { name: 'qemu.image', kind: 'text', label: 'Emulators’ image', placeholder: 'tonistiigi/binfmt:latest' },
  {
    name: 'default-load',
    kind: 'boolean',
    label: 'Load by default',
    description: 'Builds without an output are loaded into Docker.',
  },
  { name: 'env.', kind: 'pairs', label: 'Environment' },
];

/** The options of buildx' Kubernetes driver as the form asks for them; most are folded away. */
export const kubernetesForm: readonly DriverOption[] = [
  ...usual.map((entry) => ({ ...entry, required: false })),
  ...[...quantities, ...rest].map((entry) => ({ ...entry, required: false, advanced: true })),
];
