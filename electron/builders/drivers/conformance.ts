import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StudioError } from '../../../shared/contract';
import { BuildkitClient } from '../../buildkit';
import type { Driver, DriverNode } from '../driver';

/** A driver and options with which it reaches a real daemon. */
export interface ConformanceSubject {
  driver: Driver;
  endpoint: string;
  options: Record<string, string>;
  dispose(): Promise<void>;
}

const never = new AbortController().signal;
const silent = (): void => undefined;

/**
 * What every driver has to do, as tests on a real daemon. Call it at the top of the driver's integration test.
 *
 * @param make called once, before the first test
 */
export function describeDriver(title: string, make: () => Promise<ConformanceSubject>): void {
  describe(`driver conformance: ${title}`, () => {
    let subject: ConformanceSubject;
    let node: DriverNode;

    const create = (): DriverNode =>
      subject.driver.create({
        builder: 'conformance',
        node: 'node0',
        endpoint: subject.endpoint,
        flags: [],
        files: new Map(),
        options: subject.driver.optionsSchema.parse(subject.options),
      });
    const talk = async (to: DriverNode): Promise<string[]> => {
      const client = await BuildkitClient.connect((signal) => to.dial(signal));
      try {
        return (await client.listWorkers()).flatMap(({ platforms }) => platforms.map(({ os }) => os));
      } finally {
        await client.close();
      }
    };

    beforeAll(async () => {
      subject = await make();
      node = create();
    });
    afterAll(async () => {
      await node.remove({ keepState: false }, never);
      await subject.dispose();
    });

    it('describes itself and its form', () => {
      const { name, summary, form, optionsSchema, endpoint } = subject.driver;
      expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(summary).toMatch(/\.$/);
      expect(new Set(form.map((option) => option.name)).size).toBe(form.length);
      if (endpoint.kind === 'address') expect(subject.driver.checkEndpoint('', {})).toMatch(/\.$/);
      expect(subject.driver.checkEndpoint(subject.endpoint, subject.options)).toBeUndefined();
      for (const option of form.filter(({ required }) => required)) {
        const { [option.name]: _left, ...rest } = subject.options;
        expect(optionsSchema.safeParse(rest).success, `${option.name} is required`).toBe(false);
      }
    });

    it('tells its state and its endpoint without the daemon', async () => {
      const before = Date.now();
      expect(['stopped', 'running', 'unknown']).toContain((await node.info(never)).status);
      expect(Date.now() - before).toBeLessThan(1000);
      expect(node.endpoint).toMatch(/^[a-z-]+:\/\//);
    });

    it('boots to a daemon that answers', async () => {
      await node.boot(silent, never);
      expect((await node.info(never)).status).not.toBe('stopped');
      expect(await talk(node)).toContain('linux');
    });

    it('boots again without harm', async () => {
      const client = await BuildkitClient.connect((signal) => node.dial(signal));
      await node.boot(silent, never);
      expect((await client.listWorkers()).length).toBeGreaterThan(0);
      await client.close();
    });

    it('dials streams that don’t depend on each other', async () => {
      const [first, second] = await Promise.all([node.dial(), node.dial()]);
      first.destroy();
      expect(second.destroyed).toBe(false);
      second.destroy();
      expect(await talk(node)).toContain('linux');
    });

    it('gives up dialling when told to', async () => {
      const reason = new Error('enough');
      await expect(node.dial(AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('is found by another instance', async () => {
      expect(await talk(create())).toContain('linux');
    });

    it('stops what it started and nothing else, and boots again', async () => {
      await node.stop(never);
      if (subject.driver.capabilities.stop) {
        expect((await node.info(never)).status).toBe('stopped');
        const error = await node.dial().catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(StudioError);
        expect((error as StudioError).code).toBe('builder-unreachable');
        await node.stop(never);
        await node.boot(silent, never);
      }
      expect(await talk(node)).toContain('linux');
    });

    it('can be removed twice', async () => {
      await node.remove({ keepState: false }, never);
      await node.remove({ keepState: false }, never);
    });
  });
}
