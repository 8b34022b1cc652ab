import { describe, expect, it } from 'vitest';
import { sampleBuilder } from '../testing/samples';
import { chosenBuilder, platformChoices } from './buildersStore';

const none = { platforms: [], extraPlatforms: [] };

describe('the chosen builder', () => {
  const one = sampleBuilder({ name: 'one', current: false });
  const two = sampleBuilder({ name: 'two', current: true });

  it('is the named one', () => expect(chosenBuilder([one, two], 'one')).toBe(one));
  it('is the current one while the named one does not exist', () => {
    expect(chosenBuilder([one, two], 'gone')).toBe(two);
    expect(chosenBuilder([one, two], undefined)).toBe(two);
  });
  it('is the first when none is current', () => expect(chosenBuilder([one], undefined)).toBe(one));
  it('is none without builders', () => expect(chosenBuilder([], 'one')).toBeUndefined());
});

describe('the platforms to tick', () => {
  const choice = (platform: string, builder = sampleBuilder()) =>
    platformChoices(builder, { ...none, platforms: [platform] }).find((one) => one.platform === platform);

  it('tell native, emulated and unavailable ones apart', () => {
    expect(choice('linux/amd64')).toMatchObject({ state: 'native', node: 'local0' });
    expect(choice('linux/arm64')).toMatchObject({ state: 'emulated', node: 'local0' });
    expect(choice('linux/riscv64')).toMatchObject({ state: 'unavailable', reason: 'unsupported' });
  });

  it('take a default variant for the same platform', () => {
    expect(choice('linux/arm64/v8')).toMatchObject({ state: 'emulated' });
  });

  it('prefer a node that runs the platform natively', () => {
    const [node] = sampleBuilder().nodes;
    const pi = { ...node!, name: 'pi', platforms: [{ platform: 'linux/arm64', emulated: false }] };
    expect(choice('linux/arm64', sampleBuilder({ nodes: [node!, pi] }))).toMatchObject({
      state: 'native',
      node: 'pi',
    });
  });

  it('pass over a node that does not answer, and name it', () => {
    const [node] = sampleBuilder().nodes;
    const platforms = [{ platform: 'linux/arm64', emulated: false }];
    const pi = { ...node!, name: 'pi', status: 'unreachable' as const, platforms };
    expect(choice('linux/arm64', sampleBuilder({ nodes: [pi, node!] }))).toMatchObject({
      state: 'emulated',
      node: 'local0',
      unreachable: ['pi'],
    });
    expect(choice('linux/arm64', sampleBuilder({ nodes: [pi] }))).toMatchObject({
      state: 'unavailable',
      node: 'pi',
      reason: 'unreachable',
    });
  });

  it('say what keeps the builder from telling', () => {
    const [node] = sampleBuilder().nodes;
    const at = (status: 'stopped' | 'unreachable') =>
      choice('linux/amd64', sampleBuilder({ nodes: [{ ...node!, status, platforms: [] }] }));
    expect(at('stopped')).toMatchObject({ reason: 'stopped' });
    expect(at('unreachable')).toMatchObject({ reason: 'unreachable' });
    expect(platformChoices(undefined, none)[0]).toMatchObject({ reason: 'no-builder' });
  });

  it("offer each once: the usual ones, typed and ticked ones, then the builder's own", () => {
    const [node] = sampleBuilder().nodes;
    const builder = sampleBuilder({
      nodes: [{ ...node!, platforms: [...node!.platforms, { platform: 'linux/mips64', emulated: true }] }],
    });
    const choices = platformChoices(builder, { platforms: ['linux/amd64'], extraPlatforms: ['wasi/wasm32'] });
    const names = choices.map((one) => one.platform);
    expect(new Set(names).size).toBe(names.length);
    expect(names.indexOf('wasi/wasm32')).toBeLessThan(names.indexOf('linux/mips64'));
    expect(choices.find((one) => one.platform === 'linux/mips64')).toMatchObject({
      usual: false,
      state: 'emulated',
    });
  });
});
