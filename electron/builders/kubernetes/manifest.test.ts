import type { V1StatefulSet } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { nodeManifest, type Manifest } from './manifest';
import { kubernetesOptionsSchema } from './options';

function manifest(options: Record<string, string>, more: object = {}): Manifest {
  return nodeManifest({
    ...{ node: 'my_builder0', flags: ['--flag'], files: new Map(), platforms: [] },
    options: kubernetesOptionsSchema.parse(options),
    ...more,
  });
}
const template = ({ workload }: Manifest) => workload.spec!.template;
const daemon = (made: Manifest) => template(made).spec!.containers[0]!;

it('has no underscore in its names, and one folder in a ConfigMap', () => {
  const files = new Map(
    ['buildkitd.toml', 'certs/b/ca.pem', 'certs/a/ca.pem', 'certs/a/key.pem'].map((path) => [
      path,
      Buffer.from(path),
    ]),
  );
  const made = manifest({}, { files });
  expect(made.name).toBe('my-builder0');
  expect(made.configMaps.map(({ metadata, data }) => [metadata?.name, Object.keys(data ?? {})])).toEqual([
    ['my-builder0-config', ['buildkitd.toml']],
    ['my-builder0-config-1', ['ca.pem', 'key.pem']],
    ['my-builder0-config-2', ['ca.pem']],
  ]);
  expect(daemon(made).volumeMounts).toEqual([
    { name: 'config', mountPath: '/etc/buildkit' },
    { name: 'config-1', mountPath: '/etc/buildkit/certs/a' },
    { name: 'config-2', mountPath: '/etc/buildkit/certs/b' },
  ]);
});

it('keeps state in a claim, with its configuration', () => {
  const made = manifest(
    { 'persistent-volume-claim.requests.storage': '5Gi', 'buildkit-root-volume-memory': '1Gi' },
    { files: new Map([['buildkitd.toml', Buffer.from('')]]) },
  );
  expect(made.workload.kind).toBe('StatefulSet');
  expect((made.workload as V1StatefulSet).spec?.volumeClaimTemplates).toMatchObject([
    { metadata: { name: 'buildkitd' }, spec: { resources: { requests: { storage: '5Gi' } } } },
  ]);
  expect(daemon(made).volumeMounts).toEqual([
    { name: 'config', mountPath: '/etc/buildkit' },
    { name: 'buildkitd', mountPath: '/var/lib/buildkit' },
  ]);
  expect(template(made).spec?.volumes?.map(({ name }) => name)).toEqual(['config']);
});

it('asks for ephemeral storage where it is asked to', () => {
  const made = manifest({ 'requests.ephemeral-storage': '2Gi', 'limits.ephemeral-storage': '4Gi' });
  expect(daemon(made).resources).toEqual({
    requests: { 'ephemeral-storage': '2Gi' },
    limits: { 'ephemeral-storage': '4Gi' },
  });
});

it('keeps rootless state in memory when it is told to', () => {
  const made = manifest({ rootless: 'true', 'buildkit-root-volume-memory': '1Gi' });
  expect(template(made).spec?.volumes).toEqual([
    { name: 'buildkitd', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
  ]);
  expect(daemon(made).volumeMounts).toEqual([
    { name: 'buildkitd', mountPath: '/home/user/.local/share/buildkit' },
  ]);
});
