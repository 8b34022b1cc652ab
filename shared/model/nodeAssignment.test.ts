import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignPlatforms, ownNode, ownPlatform, type AssignableNode } from './nodeAssignment';

function node(name: string, platforms: string[], changes: Partial<AssignableNode> = {}): AssignableNode {
  return {
    name,
    status: 'running',
    platforms: platforms.map((text) => ({ platform: text.replace('~', ''), emulated: text.startsWith('~') })),
    ...changes,
  };
}

const pc = node('pc', ['linux/amd64', 'linux/386', '~linux/arm64', '~linux/arm/v7']);
const pi = node('pi', ['linux/arm64', 'linux/arm/v7']);
const only = (nodes: AssignableNode[], platform: string) => assignPlatforms(nodes, [platform])[0]!;

describe('assignPlatforms', () => {
  it('gives each platform to the node that runs it natively', () => {
    expect(assignPlatforms([pc, pi], ['linux/arm64', 'linux/amd64', 'linux/arm/v7'])).toEqual([
      { platform: 'linux/arm64', node: 'pi', why: 'native', emulated: false, passedOver: [] },
      {
        platform: 'linux/amd64',
        node: 'pc',
        why: 'native',
        emulated: false,
        passedOver: [{ node: 'pi', why: 'not-offered' }],
      },
      { platform: 'linux/arm/v7', node: 'pi', why: 'native', emulated: false, passedOver: [] },
    ]);
  });

  it('puts what is fixed to a node before what another one does better', () => {
    const fixed = { ...pc, fixedPlatforms: ['linux/arm64/v8'] };
    expect(only([pi, fixed], 'linux/arm64')).toMatchObject({ node: 'pc', why: 'fixed', emulated: true });
    const asleep = node('far', [], { status: 'stopped', fixedPlatforms: ['linux/s390x'] });
    expect(only([pc, asleep], 'linux/s390x')).toEqual({
      platform: 'linux/s390x',
      node: 'far',
      why: 'fixed',
      emulated: false,
      passedOver: [{ node: 'pc', why: 'not-offered' }],
    });
  });

  it('passes an unreachable node over while another one can do it, and says so', () => {
    const gone = { ...pi, status: 'unreachable' as const };
    expect(only([gone, pc], 'linux/arm64')).toEqual({
      platform: 'linux/arm64',
      node: 'pc',
      why: 'emulated',
      emulated: true,
      passedOver: [{ node: 'pi', why: 'unreachable' }],
    });
    const alone = node('amd', ['linux/amd64']);
    expect(only([alone, gone], 'linux/arm64')).toMatchObject({ node: 'pi', obstacle: 'unreachable' });
  });

  it('takes processors for what they also run', () => {
    const plain = node('plain', ['linux/amd64/v3']);
    expect(only([pi, plain], 'linux/amd64/v2')).toMatchObject({ node: 'plain', why: 'native' });
    expect(only([plain, pc], 'linux/386')).toMatchObject({ node: 'pc', why: 'native' });
  });

  it('says that nobody is known to run a platform', () => {
    expect(only([pc], 'linux/riscv64')).toMatchObject({ why: 'only-node', obstacle: 'unsupported' });
    expect(only([pc, pi], 'linux/riscv64')).toMatchObject({ node: 'pc', why: 'first-node' });
    const asleep = node('asleep', [], { status: 'stopped' });
    expect(only([asleep], 'linux/amd64')).toMatchObject({ why: 'only-node', obstacle: 'stopped' });
    expect(only([pc, asleep], 'linux/riscv64')).toMatchObject({ node: 'asleep', obstacle: 'stopped' });
    expect(only([pc, asleep], 'linux/amd64')).toMatchObject({
      node: 'pc',
      passedOver: [{ node: 'asleep', why: 'stopped' }],
    });
  });

  it('has nothing to say without nodes, and takes equal platforms once', () => {
    expect(assignPlatforms([], ['linux/amd64'])).toEqual([]);
    expect(assignPlatforms([pc], ['linux/arm64/v8', 'linux/aarch64'])).toHaveLength(1);
  });
});

describe('the own node', () => {
  it('is the first that can be reached', () => {
    const gone = { ...pc, status: 'unreachable' as const };
    expect(ownNode([gone, pi])).toBe(pi);
    expect(ownNode([gone])).toBe(gone);
    expect(ownNode([])).toBeUndefined();
    expect(ownPlatform([gone, pi])).toBe('linux/arm64');
    expect(ownPlatform([node('x', [])])).toBeUndefined();
  });
});

describe('any nodes', () => {
  const names = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/riscv64'];
  const anyNode = fc
    .record({
      status: fc.constantFrom('stopped', 'starting', 'running', 'stopping', 'unreachable'),
      platforms: fc.uniqueArray(fc.record({ platform: fc.constantFrom(...names), emulated: fc.boolean() }), {
        selector: ({ platform }) => platform,
      }),
      fixedPlatforms: fc.option(fc.subarray(names), { nil: undefined }),
    })
    .map((parts): Omit<AssignableNode, 'name'> => parts);
  const anyNodes = fc
    .array(anyNode, { minLength: 1, maxLength: 4 })
    .map((nodes) => nodes.map((parts, index): AssignableNode => ({ name: `n${index}`, ...parts })));

  it('each platform has exactly one node, never a worse one than another that answers', () => {
    fc.assert(
      fc.property(anyNodes, fc.subarray(names), (nodes, platforms) => {
        const assigned = assignPlatforms(nodes, platforms);
        expect(assigned.map(({ platform }) => platform)).toEqual(platforms);
        for (const { platform, node: name, why, obstacle, passedOver } of assigned) {
          const chosen = nodes.find((one) => one.name === name)!;
          const reachable = nodes.filter(({ status }) => status !== 'unreachable');
          const fixed = reachable.filter(({ fixedPlatforms }) => fixedPlatforms?.includes(platform));
          const offering = (emulated: boolean) =>
            reachable.filter((one) =>
              one.platforms.some((entry) => entry.platform === platform && entry.emulated === emulated),
            );
          if (fixed.length > 0) {
            expect([chosen, why]).toEqual([fixed[0], 'fixed']);
          } else if (offering(false).length > 0) {
            expect([chosen, why]).toEqual([offering(false)[0], 'native']);
          } else if (offering(true).length > 0) {
            expect([chosen, why]).toEqual([offering(true)[0], 'emulated']);
          } else {
            expect(obstacle).toBeDefined();
          }
          expect(passedOver.map((other) => other.node)).not.toContain(name);
          for (const other of passedOver) {
            const { status } = nodes.find((one) => one.name === other.node)!;
            expect(other.why === 'unreachable').toBe(status === 'unreachable');
          }
        }
      }),
    );
  });

  it('a node that does nothing changes nothing', () => {
    const idle = node('idle', ['linux/mips64']);
    fc.assert(
      fc.property(anyNodes, fc.subarray(names), (nodes, platforms) => {
        const choice = (on: AssignableNode[]) =>
          assignPlatforms(on, platforms)
            .filter(({ obstacle }) => obstacle === undefined)
            .map(({ platform, node: name }) => `${platform} ${name}`);
        expect(choice([...nodes, idle])).toEqual(choice(nodes));
      }),
    );
  });
});
