import { extract, type Header } from 'tar-stream';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { archiveTarget, configArchive } from './configArchive';

async function entriesOf(archive: Buffer): Promise<[Header, string][]> {
  const entries: [Header, string][] = [];
  const reading = extract();
  reading.on('entry', (header, stream, next) => {
    void text(stream).then((content) => {
      entries.push([header, content]);
      next();
    });
  });
  const done = once(reading, 'finish');
  reading.end(archive);
  await done;
  return entries;
}

describe('the archive of a configuration', () => {
  it('has folders before files, all of them root’s', async () => {
    const files = new Map([
      ['certs/host_5000/ca.pem', Buffer.from('CA')],
      ['buildkitd.toml', Buffer.from('debug = true')],
      ['empty', Buffer.alloc(0)],
    ]);
    const entries = await entriesOf(await configArchive(files));
    expect(entries.map(([{ name, mode, uid }, content]) => [name, mode, uid, content])).toEqual([
      ['buildkit/', 0o755, 0, ''],
      ['buildkit/certs/', 0o755, 0, ''],
      ['buildkit/certs/host_5000/', 0o755, 0, ''],
      ['buildkit/buildkitd.toml', 0o644, 0, 'debug = true'],
      ['buildkit/certs/host_5000/ca.pem', 0o644, 0, 'CA'],
      ['buildkit/empty', 0o644, 0, ''],
    ]);
    expect(archiveTarget).toBe('/etc');
  });

  it.each(['../passwd', '/etc/passwd', 'a/../../b', 'a//b', './a', 'a\\b', 'a\0b', ''])(
    'refuses a file at %j',
    async (path) => {
      const archive = configArchive(new Map([[path, Buffer.from('x')]]));
      await expect(archive).rejects.toMatchObject({ code: 'invalid-request' });
    },
  );
});
