import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LogRecordReader } from '../../shared/model/log/records';
import { testEngine } from '../testing/engine';
import { never, testBuilds } from '../testing/testBuilds';

it('arrives in the daemon byte for byte: large files beside small ones', { timeout: 120_000 }, async () => {
  const project = await mkdtemp(join(tmpdir(), 'manifold-integrity-'));
  const core = await testBuilds(testEngine().buildkitAddress, project);
  try {
    const sums = new Map<string, string>();
    for (const [name, size] of [
      ['a', 96 * 1024 * 1024 + 17],
      ['b', 3],
      ['c', 64 * 1024 * 1024 - 1],
      ['d', 262_144],
      ['e', 65_537],
    ] as const) {
      const content = randomBytes(size);
      sums.set(name, createHash('sha256').update(content).digest('hex'));
      await writeFile(join(project, name), content);
    }
    const summary = await core.run('FROM busybox\nCOPY . /in\nRUN cd /in && sha256sum a b c d e\n', {
      platforms: ['linux/amd64'],
      output: { type: 'cacheonly' },
    });
    expect(summary.status).toBe('succeeded');
    const reader = new LogRecordReader();
    let text = '';
    for await (const chunk of core.builds.log(summary.id, never)) {
      for (const record of reader.read(chunk)) {
        if (record.type === 'output') text += new TextDecoder().decode(record.data);
      }
    }
    for (const [name, sum] of sums) expect(text).toContain(`${sum}  ${name}`);
  } finally {
    await core.dispose();
    await rm(project, { recursive: true, force: true });
  }
});
