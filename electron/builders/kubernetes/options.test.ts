import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kubernetesForm } from './form';
import { kubernetesOptionsSchema } from './options';

/** The field and the words of the first complaint. */
function complaint(options: Record<string, string>): string {
  const parsed = kubernetesOptionsSchema.safeParse(options);
  const issue = parsed.error?.issues[0];
  return issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
}

describe('the driver options', () => {
  it('are those of buildx when none is given', () => {
    expect(kubernetesOptionsSchema.parse({})).toEqual({
      image: 'moby/buildkit:buildx-stable-1',
      replicas: 1,
      rootless: false,
      loadBalance: 'sticky',
      timeoutMs: 120_000,
      requests: {},
      limits: {},
      nodeSelector: {},
      tolerations: [],
      annotations: {},
      labels: {},
      env: [],
    });
  });

  it('are read, all of them', () => {
    const given = {
      namespace: 'builds',
      replicas: '3',
      rootless: 'true',
      loadbalance: 'random',
      timeout: '2m30s',
      'default-load': 'true',
      'requests.cpu': '500m',
      'requests.memory': '1Gi',
      'requests.ephemeral-storage': '2Gi',
      'limits.cpu': '2',
      'limits.memory': '4Gi',
      'limits.ephemeral-storage': '8Gi',
      'persistent-volume-claim.requests.storage': '10Gi',
      'buildkit-root-volume-memory': '3Gi',
      nodeselector: '"kubernetes.io/arch=arm64,disk=ssd"',
      tolerations: 'key=gpu,operator=Exists,effect=NoSchedule;key=x,value=y,tolerationSeconds=60',
      annotations: 'team=a',
      labels: 'tier=build',
      serviceaccount: 'builder',
      schedulername: 'mine',
      'qemu.install': 'true',
      'qemu.image': 'binfmt:1',
      'env.HTTP_PROXY': 'http://proxy',
    };
    expect(kubernetesOptionsSchema.parse(given)).toEqual({
      image: 'moby/buildkit:buildx-stable-1-rootless',
      namespace: 'builds',
      replicas: 3,
      rootless: true,
      loadBalance: 'random',
      timeoutMs: 150_000,
      requests: { cpu: '500m', memory: '1Gi', 'ephemeral-storage': '2Gi' },
      limits: { cpu: '2', memory: '4Gi', 'ephemeral-storage': '8Gi' },
      persistentStorage: '10Gi',
      memoryStorage: '3Gi',
      nodeSelector: { 'kubernetes.io/arch': 'arm64', disk: 'ssd' },
      tolerations: [
        { key: 'gpu', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'x', value: 'y', tolerationSeconds: 60 },
      ],
      annotations: { team: 'a' },
      labels: { tier: 'build' },
      serviceAccount: 'builder',
      schedulerName: 'mine',
      qemuImage: 'binfmt:1',
      env: [{ name: 'HTTP_PROXY', value: 'http://proxy' }],
    });
    const prefix = /^env\..*/;
    const fields = Object.keys(given).map((name) => name.replace(prefix, 'env.'));
    expect(kubernetesForm.map(({ name }) => name).sort()).toEqual([...fields, 'image'].sort());
  });

  it.each([
    ['colour', 'red', 'no option colour'],
    ['env.', 'x', 'name'],
    ['replicas', 'two', 'how many'],
    ['replicas', '-1', 'how many'],
    ['rootless', 'yes', 'neither true nor false'],
    ['default-load', 'yes', 'neither true nor false'],
    ['qemu.install', 'on', 'neither true nor false'],
    ['loadbalance', 'round-robin', 'neither sticky nor random'],
    ['timeout', '90', 'duration'],
    ['requests.cpu', 'much', 'no quantity'],
    ['limits.memory', '4GB', 'no quantity'],
    ['persistent-volume-claim.requests.storage', 'big', 'no quantity'],
    ['buildkit-root-volume-memory', 'big', 'no quantity'],
    ['nodeselector', 'arch', 'name=value'],
    ['annotations', 'buildx.docker.com/platform=x', 'set by the driver'],
    ['labels', 'app=x', 'set by the driver'],
    ['tolerations', 'key=a,until=x', 'no toleration'],
    ['tolerations', 'key=a,tolerationSeconds=soon', 'no toleration'],
  ])('complain about %s=%s', (name, value, words) => {
    const said = complaint({ [name]: value });
    expect(said).toContain(`${name}: `);
    expect(said).toContain(words);
  });

  it('never make the reader fail', () => {
    const name = fc.constantFrom(...kubernetesForm.map((option) => option.name), 'env.A', 'other');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string()), (options) => {
        const parsed = kubernetesOptionsSchema.safeParse(options);
        if (!parsed.success) expect(parsed.error.issues[0]?.message).toMatch(/\.$/);
      }),
    );
  });
});
