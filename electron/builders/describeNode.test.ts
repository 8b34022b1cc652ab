import { expect, it } from 'vitest';
import type { DaemonPlatform, Worker } from '../buildkit';
import { describeNode, nodePlatforms } from './describeNode';

const platform = (os: string, architecture: string, variant = ''): DaemonPlatform => ({
  os,
  architecture,
  variant,
  osVersion: '',
});

it('tells native platforms from emulated ones, native ones first', () => {
  const listed = [
    platform('linux', 'amd64'),
    platform('linux', 'arm64'),
    platform('linux', 'amd64', 'v2'),
    platform('linux', '386'),
    platform('linux', 'arm', 'v7'),
    platform('linux', 'x86_64'),
  ];
  expect(nodePlatforms(listed)).toEqual([
    { platform: 'linux/amd64', emulated: false },
    { platform: 'linux/amd64/v2', emulated: false },
    { platform: 'linux/386', emulated: false },
    { platform: 'linux/arm64', emulated: true },
    { platform: 'linux/arm/v7', emulated: true },
  ]);
  expect(nodePlatforms([])).toEqual([]);
});

it('lists fixed platforms first, and tells whether they are emulated', () => {
  const listed = [platform('linux', 'amd64'), platform('linux', 'arm64')];
  expect(nodePlatforms(listed, ['linux/arm64', 'linux/riscv64', 'linux/386'])).toEqual([
    { platform: 'linux/arm64', emulated: true },
    { platform: 'linux/riscv64', emulated: true },
    { platform: 'linux/386', emulated: false },
    { platform: 'linux/amd64', emulated: false },
  ]);
  expect(nodePlatforms([], ['linux/arm64'])).toEqual([{ platform: 'linux/arm64', emulated: false }]);
});

it('names emulators, of emulated platforms only', () => {
  const worker = { platforms: [platform('linux', 'amd64'), platform('linux', 'arm64')] } as unknown as Worker;
  const { platforms } = describeNode(
    [{ ...worker, gcPolicies: [], devices: [] }],
    undefined,
    [],
    (name) => name,
  );
  expect(platforms).toEqual([
    { platform: 'linux/amd64', emulated: false },
    { platform: 'linux/arm64', emulated: true, emulator: 'linux/arm64' },
  ]);
});

it('describes a node from its workers', () => {
  const worker: Worker = {
    id: 'w',
    labels: { a: 'b' },
    devices: [{ name: 'vendor.example/gpu=0', onDemand: true, annotations: { from: 'vendor' } }],
    platforms: [platform('linux', 'arm64')],
    gcPolicies: [
      {
        all: true,
        filters: ['type==regular'],
        keepDurationMs: 5000,
        reservedSpace: 1,
        maxUsedSpace: 2,
        minFreeSpace: 3,
      },
    ],
    version: { package: 'p', version: 'v0.1', revision: 'r', dockerfileVersion: '' },
  };
  expect(describeNode([worker], undefined)).toEqual({
    version: 'v0.1',
    platforms: [{ platform: 'linux/arm64', emulated: false }],
    devices: [{ name: 'vendor.example/gpu=0', onDemand: true, annotations: { from: 'vendor' } }],
    labels: { a: 'b' },
    gcPolicy: [
      {
        all: true,
        filters: ['type==regular'],
        keepDurationSeconds: 5,
        reservedBytes: 1,
        maxUsedBytes: 2,
        minFreeBytes: 3,
      },
    ],
  });
  const daemon = { package: 'p', version: 'v9', revision: '', dockerfileVersion: '' };
  expect(describeNode([worker], daemon).version).toBe('v9');
  expect(describeNode([], undefined)).toEqual({ platforms: [], devices: [], labels: {}, gcPolicy: [] });
});
