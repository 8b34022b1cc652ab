import { createHash } from 'node:crypto';
import { BlobError, checkDigest, type BlobSource } from '../blobSource';
import { readAtMost, registryFailure, registryUnreachable } from './registryError';
import type { RegistryHost, RegistryRequest } from './registryHost';

/** As registries have it. */
const maxManifestBytes = 4 * 1024 * 1024;
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** What a registry tells of a manifest without sending it. */
export interface ManifestHead {
  readonly digest: string;
  readonly mediaType: string;
  /** In bytes. */
  readonly size: number;
}

/** A manifest or an index, whose bytes are those of its digest. */
export interface Manifest extends ManifestHead {
  readonly bytes: Uint8Array;
}

/**
 * One repository of a registry. All methods throw StudioErrors `registry-denied`, `registry-unreachable` and
 * `not-found`, BlobErrors for content that is not what its digest says, or the signal's reason.
 */
export class RegistryRepository implements BlobSource {
  constructor(
    private readonly host: RegistryHost,
    private readonly path: string,
    private readonly access: 'pull' | 'pull,push',
  ) {}

  /**
   * @param reference a tag or a digest
   * @returns undefined when there is none
   */
  async headManifest(reference: string, signal: AbortSignal): Promise<ManifestHead | undefined> {
    const response = await this.send('HEAD', `manifests/${reference}`, signal, { accept: manifestTypes });
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    if (!response.ok) throw await registryFailure(response, this.host.domain, this.name(reference));
    const digest = response.headers.get('docker-content-digest');
    const size = Number(response.headers.get('content-length') ?? NaN);
    // Both may be missing by the specification.
    if (digest === null || !Number.isSafeInteger(size)) return this.getManifest(reference, signal);
    return { digest, size, mediaType: mediaTypeOf(response) };
  }

  /** @param reference a tag or a digest */
  async getManifest(reference: string, signal: AbortSignal): Promise<Manifest> {
    const response = await this.send('GET', `manifests/${reference}`, signal, { accept: manifestTypes });
    if (!response.ok) throw await registryFailure(response, this.host.domain, this.name(reference));
    const bytes = await this.body(response, reference, maxManifestBytes, signal);
    const told = reference.includes(':') ? reference : response.headers.get('docker-content-digest');
    if (told !== null) checkDigest(told, bytes);
    return { bytes, digest: told ?? sha256(bytes), size: bytes.length, mediaType: mediaTypeOf(response) };
  }

  /**
   * Stores a manifest or an index; everything that it names has to be there already.
   *
   * @param reference a tag, or the digest of the bytes
   * @returns its digest
   */
  async putManifest(
    reference: string,
    manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
    signal: AbortSignal,
  ): Promise<string> {
    const digest = sha256(manifest.bytes);
    const body = new Uint8Array(manifest.bytes);
    const headers = { 'content-type': manifest.mediaType };
    const response = await this.send('PUT', `manifests/${reference}`, signal, headers, body);
    if (!response.ok) throw await registryFailure(response, this.host.domain, this.name(reference));
    await response.body?.cancel();
    const stored = response.headers.get('docker-content-digest') ?? digest;
    if (stored !== digest) {
      const message = `The registry ${this.host.domain} has stored ${stored} in place of ${digest}.`;
      throw new BlobError('corrupt', digest, message);
    }
    return digest;
  }

  /** A manifest, or else a blob such as a config, of that digest. */
  async read(
    digest: string,
    { maxBytes, signal = new AbortController().signal }: { maxBytes: number; signal?: AbortSignal },
  ): Promise<Uint8Array> {
    for (const kind of ['manifests', 'blobs']) {
      const response = await this.send('GET', `${kind}/${digest}`, signal, {
        accept: `${manifestTypes}, */*`,
      });
      if (response.status === 404) {
        await response.body?.cancel();
        continue;
      }
      if (!response.ok) throw await registryFailure(response, this.host.domain, this.name(digest));
      const bytes = await this.body(response, digest, maxBytes, signal);
      checkDigest(digest, bytes);
      return bytes;
    }
    const message = `The registry ${this.host.domain} has no content with the digest ${digest}.`;
    throw new BlobError('missing', digest, message);
  }

  private async send(
    method: RegistryRequest['method'],
    what: string,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Response> {
    const path = `/v2/${this.path}/${what}`;
    const scope = `repository:${this.path}:${this.access}`;
    const request = { method, path, headers, scope, ...(body === undefined ? {} : { body }) };
    return this.host.send(request, signal);
  }

  private async body(
    response: Response,
    what: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const announced = Number(response.headers.get('content-length') ?? 0);
    try {
      if (announced <= maxBytes) return await readAtMost(response, maxBytes);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof RangeError)) throw registryUnreachable(this.host.domain, error);
    }
    await response.body?.cancel().catch(() => undefined);
    const size = announced > maxBytes ? `${announced} bytes, ` : '';
    throw new BlobError('too-large', what, `${what} has ${size}more than the ${maxBytes} that are read.`);
  }

  private name(reference: string): string {
    return `${this.path}${reference.includes(':') ? '@' : ':'}${reference}`;
  }
}

function mediaTypeOf(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';')[0]!.trim();
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
