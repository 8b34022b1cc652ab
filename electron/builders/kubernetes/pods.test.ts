import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { podTrouble, runningPods, workloadTrouble } from './pods';

const pod = (name: string, status: V1Pod['status'], more: object = {}): V1Pod => ({
  metadata: { name, ...more },
  ...(status === undefined ? {} : { status }),
});
const container = (state: V1ContainerState, lastState?: V1ContainerState) => ({
  ...{ name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state },
  ...(lastState === undefined ? {} : { lastState }),
});

it('counts the pods that run and stay, in order', () => {
  const pods = [
    pod('b', { phase: 'Running' }),
    pod('a', { phase: 'Running' }),
    pod('c', { phase: 'Pending' }),
    pod('d', { phase: 'Running' }, { deletionTimestamp: new Date() }),
    pod('e', undefined),
  ];
  expect(runningPods(pods).map(({ metadata }) => metadata?.name)).toEqual(['a', 'b']);
});

it.each([
  [
    {
      containerStatuses: [
        container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling' } }),
      ],
    },
    'p: ImagePullBackOff: Back-off pulling',
  ],
  [
    {
      initContainerStatuses: [container({ waiting: { reason: 'ErrImagePull' } })],
      containerStatuses: [container({ waiting: { reason: 'PodInitializing' } })],
    },
    'p: ErrImagePull',
  ],
  [
    {
      containerStatuses: [
        container({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated: { exitCode: 2 } }),
      ],
    },
    'p: CrashLoopBackOff (it ended with status 2)',
  ],
  [{ containerStatuses: [container({ terminated: { exitCode: 1 } })] }, 'p: Error: it ended with status 1'],
  [
    {
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }],
    },
    'p: Unschedulable: 0/1 nodes',
  ],
  [
    { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory' },
    'p: Evicted: The node was low on memory',
  ],
  [{ containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })] }, undefined],
  [{ containerStatuses: [container({ terminated: { exitCode: 0 } })] }, undefined],
  [{ phase: 'Running' }, undefined],
])('tells why a pod is not ready: %j', (status, words) => {
  expect(podTrouble(pod('p', status))).toBe(words);
});

it('tells why there are no pods', () => {
  const conditions = [
    { type: 'Available', status: 'False' },
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' },
  ];
  expect(workloadTrouble({ status: { conditions } })).toBe('FailedCreate: exceeded quota');
  expect(workloadTrouble({ status: {} })).toBeUndefined();
});
