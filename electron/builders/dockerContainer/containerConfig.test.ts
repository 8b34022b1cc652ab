import { describe, expect, it } from 'vitest';
import type { Machine } from './containerConfig';
import { containerConfig } from './containerConfig';
import { optionsSchema } from './options';

const plain: Machine = { cgroupDriver: 'systemd', remapsUsers: false, gpus: false, wsl: false };

const configOf = (
  options: Record<string, string>,
  machine: Partial<Machine> = {},
  files = new Map(),
  flags = ['--x'],
) =>
  containerConfig(
    { builder: 'b', node: 'b0', endpoint: '', flags, files, options: optionsSchema.parse(options) },
    { ...plain, ...machine },
  );

describe('the container', () => {
  it('has its state in buildx’s volume, and no limits that were not asked for', () => {
    expect(configOf({})).toEqual({
      Image: 'moby/buildkit:buildx-stable-1',
      Env: [],
      Cmd: ['--x'],
      HostConfig: {
        Privileged: true,
        Init: true,
        RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
        Mounts: [{ Type: 'volume', Source: 'buildx_buildkit_b0_state', Target: '/var/lib/buildkit' }],
      },
    });
  });

  it('reads its configuration before the user’s flags', () => {
    expect(configOf({}, {}, new Map([['buildkitd.toml', Buffer.from('')]])).Cmd).toEqual([
      ...['--config', '/etc/buildkit/buildkitd.toml', '--x'],
    ]);
  });

  it('takes cgroups, user namespaces, GPUs and WSL as the machine has them', () => {
    expect(configOf({ 'cgroup-parent': '/mine' }).HostConfig).not.toHaveProperty('CgroupParent');
    const machine = { cgroupDriver: 'cgroupfs', remapsUsers: true, gpus: true, wsl: true };
    expect(configOf({ 'cgroup-parent': '/mine' }, machine).HostConfig).toMatchObject({
      ...{ CgroupParent: '/mine', UsernsMode: 'host' },
      DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }],
    });
    expect(configOf({}, machine).HostConfig).toMatchObject({
      CgroupParent: '/docker/buildx',
      Mounts: [{}, { Type: 'bind', Source: '/usr/lib/wsl', ReadOnly: true }],
    });
  });
});
