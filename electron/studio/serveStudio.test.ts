import { describe, expect, it, vi } from 'vitest';
import { StudioError, type Studio } from '../../shared/contract';
import { createMemoryPorts, createPeer } from '../../shared/rpc';
import { serveStudio } from './serveStudio';

const connect = (parts: { procedures?: object; streams?: object }, onDefect = vi.fn()) => {
  const [core, page] = createMemoryPorts();
  const studio = { procedures: {}, streams: {}, ...parts } as unknown as Studio;
  createPeer(core, { handlers: serveStudio(studio, onDefect) });
  return { peer: createPeer(page), onDefect };
};

describe('the studio behind the seam', () => {
  it('hands validated parameters on', async () => {
    const forget = vi.fn().mockResolvedValue(undefined);
    const { peer } = connect({ procedures: { 'projects.forget': forget } });
    await peer.call('projects.forget', { path: '/a', extra: 1 });
    expect(forget.mock.calls[0]![0]).toEqual({ path: '/a' });
  });

  it.each(['constructor', '__proto__', 'toString', 'no.such'])('knows no call "%s"', async (name) => {
    await expect(connect({}).peer.call(name, undefined)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('refuses what does not fit, without repeating the value', async () => {
    const create = vi.fn();
    const { peer } = connect({ procedures: { 'builders.create': create } });
    const error: unknown = await peer
      .call('builders.create', { name: 'x', driver: 'remote', options: { password: { hunter2: true } } })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-request' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(create).not.toHaveBeenCalled();
  });

  it('carries studio errors as they are and reports defects', async () => {
    const { peer, onDefect } = connect({
      procedures: {
        'projects.forget': async () => {
          throw new StudioError({
            code: 'not-found',
            message: 'gone',
            hint: 'look',
            details: { subject: '/a' },
          });
        },
        'builders.use': async () => {
          throw new TypeError('oops');
        },
      },
    });
    await expect(peer.call('projects.forget', { path: '/a' })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'look',
      details: { subject: '/a' },
    });
    expect(onDefect).not.toHaveBeenCalled();
    await expect(peer.call('builders.use', { name: 'b' })).rejects.toMatchObject({
      code: 'internal',
      message: 'oops',
    });
    expect(onDefect).toHaveBeenCalledOnce();
  });
});
