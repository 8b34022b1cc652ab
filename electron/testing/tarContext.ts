import { Buffer } from 'node:buffer';
import { pack } from 'tar-stream';
import { createUploadService, type SessionService } from '../buildkit';

/** A build context in memory, for tests: what to serve on the session and which attributes to build with. Files are executable. */
export function tarContext(files: Readonly<Record<string, string | Uint8Array>>): {
  readonly service: SessionService;
  readonly frontendAttrs: Readonly<Record<string, string>>;
} {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name, mode: 0o755 }, typeof content === 'string' ? content : Buffer.from(content));
  }
  archive.finalize();
  const service = createUploadService();
  // tar-stream's streams are Node streams in all but name.
  const context = service.add(
    archive as unknown as NodeJS.ReadableStream as Parameters<typeof service.add>[0],
  );
  return { service, frontendAttrs: { context } };
}
