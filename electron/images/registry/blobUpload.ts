import { registryFailure, registryMisleads } from './registryError';
import { isBroken } from './hostConnection';
import type { RegistryHost, RegistryRequest } from './registryHost';
import type { HttpAnswer } from './http';
import { nameIn, requestFor, type RepositoryAccess } from './repositoryAccess';

const usualChunkBytes = 8 * 1024 * 1024;

/** A blob to be stored. */
export interface BlobToUpload {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  /** Its content from the beginning; called again when the upload has to be begun again. */
  open(): AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  /** Path of a repository of the same registry that has the blob. */
  readonly mountFrom?: string | undefined;
  /** Upload in requests of so many bytes; in a single one unless given, where the registry takes it. */
  readonly chunkBytes?: number;
  /** Told how many bytes of the blob are on their way; falls back to 0 when the upload is begun again. */
  readonly onProgress?: (bytes: number) => void;
}

/** How a blob came to where it is. */
export type UploadOutcome = 'present' | 'mounted' | 'uploaded';

/**
 * Stores a blob: not at all when it is there, by mounting where that can be, or else by sending it (distribution-spec,
 * "Pushing blobs").
 *
 * @throws StudioError, what the content's source throws, or the signal's reason
 */
export async function uploadBlob(
  repository: RepositoryAccess,
  blob: BlobToUpload,
  options: UploadOptions,
  signal: AbortSignal,
): Promise<UploadOutcome> {
  if (await hasBlob(repository, blob.digest, signal)) return 'present';
  const host = await repository.registry.host();
  let chunkBytes = options.chunkBytes;
  for (let attempt = 0; ; attempt++) {
    options.onProgress?.(0);
    try {
      const session = await startUpload(repository, host, blob.digest, options.mountFrom, signal);
      if (session === undefined) return 'mounted';
      const upload = new Upload(repository, host, blob, options, signal);
      const answer = await (chunkBytes === undefined
        ? upload.whole(session)
        : upload.chunks(session, chunkBytes));
      if (answer.ok) {
        answer.discard();
        return 'uploaded';
      }
      // A proxy on the way that lets no large requests through.
      if (answer.status === 413 && chunkBytes === undefined) {
        answer.discard();
        chunkBytes = usualChunkBytes;
        continue;
      }
      if (attempt >= host.retries || answer.status < 500)
        throw await registryFailure(answer, host.domain, nameIn(repository, blob.digest));
      answer.discard();
    } catch (error) {
      signal.throwIfAborted();
      if (attempt >= host.retries || !isBroken(error)) throw error;
    }
    await host.wait(host.backoffMs(attempt), signal);
  }
}

/** Whether the registry has a blob in this repository. */
export async function hasBlob(
  repository: RepositoryAccess,
  digest: string,
  signal: AbortSignal,
): Promise<boolean> {
  const host = await repository.registry.host();
  const answer = await host.send(requestFor(repository, 'HEAD', `blobs/${digest}`), signal);
  answer.discard();
  if (!answer.ok && answer.status !== 404)
    throw await registryFailure(answer, host.domain, nameIn(repository, digest));
  return answer.ok;
}

/** @returns where to send the content; undefined when the blob was mounted */
async function startUpload(
  repository: RepositoryAccess,
  host: RegistryHost,
  digest: string,
  mountFrom: string | undefined,
  signal: AbortSignal,
): Promise<URL | undefined> {
  const query =
    mountFrom === undefined ? '' : `?${new URLSearchParams({ mount: digest, from: mountFrom }).toString()}`;
  const request = requestFor(repository, 'POST', `blobs/uploads/${query}`, {
    headers: { 'content-length': '0' },
  });
  const scopes =
    mountFrom === undefined ? request.scopes : [...request.scopes, `repository:${mountFrom}:pull`];
  const answer = await host.send({ ...request, scopes }, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    // Some token servers refuse altogether where one of two scopes is not to be had.
    if (mountFrom === undefined) throw error;
    return undefined;
  });
  if (answer?.status === 201 && mountFrom !== undefined) {
    answer.discard();
    return undefined;
  }
  if (answer?.status === 202) {
    answer.discard();
    return locationOf(answer, host);
  }
  if (mountFrom !== undefined) {
    answer?.discard();
    return startUpload(repository, host, digest, undefined, signal);
  }
  throw await registryFailure(answer!, host.domain, nameIn(repository, digest));
}

function locationOf(answer: HttpAnswer, host: RegistryHost): URL {
  const location = answer.header('location');
  if (location === undefined) throw registryMisleads(host.domain, 'It does not say where to upload to.');
  return host.resolve(location);
}

class Upload {
  constructor(
    private readonly repository: RepositoryAccess,
    private readonly host: RegistryHost,
    private readonly blob: BlobToUpload,
    private readonly options: UploadOptions,
    private readonly signal: AbortSignal,
  ) {}

  /** In a single request. */
  whole(session: URL): Promise<HttpAnswer> {
    const { size } = this.blob;
    return this.send('PUT', this.finished(session), this.headers(size), () => this.counted(this.blob.open()));
  }

  /** In requests of `chunkBytes`, one after the other, and one that ends it. */
  async chunks(session: URL, chunkBytes: number): Promise<HttpAnswer> {
    let at = 0;
    let target = session;
    for await (const chunk of inChunks(this.blob.open(), chunkBytes)) {
      const range = { 'content-range': `${at}-${at + chunk.length - 1}` };
      const answer = await this.send('PATCH', target, { ...this.headers(chunk.length), ...range }, chunk);
      if (answer.status !== 202 && answer.status !== 204) return answer;
      answer.discard();
      target = locationOf(answer, this.host);
      at += chunk.length;
      this.options.onProgress?.(at);
    }
    return this.send('PUT', this.finished(target), { 'content-length': '0' });
  }

  private finished(session: URL): URL {
    const url = new URL(session);
    url.searchParams.set('digest', this.blob.digest);
    return url;
  }

  private headers(length: number): Record<string, string> {
    return { 'content-type': 'application/octet-stream', 'content-length': String(length) };
  }

  private async *counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    let sent = 0;
    for await (const piece of source) {
      sent += piece.length;
      yield piece;
      this.options.onProgress?.(sent);
    }
  }

  private send(
    method: 'PUT' | 'PATCH',
    target: URL,
    headers: Record<string, string>,
    body?: RegistryRequest['body'],
  ): Promise<HttpAnswer> {
    const rest = { headers, once: true, ...(body === undefined ? {} : { body }) };
    return this.host.send(requestFor(this.repository, method, target, rest), this.signal);
  }
}

async function* inChunks(
  source: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + bytes - size);
      // The source may use its memory again.
      parts.push(new Uint8Array(part));
      size += part.length;
      at += part.length;
      if (size < bytes) continue;
      yield Buffer.concat(parts, size);
      parts = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(parts, size);
}
