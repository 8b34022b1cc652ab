import { StudioError, type ImageDocument, type Referrers } from '../../../shared/contract';
import { BlobError, checkDigest, sha256Digest, type BlobSource } from '../blobSource';
import type { BlobToRead } from '../openImage';
import { maxManifestBytes } from '../resultImage';
import { readBlobPart, streamBlob } from './blobDownload';
import { hasBlob, uploadBlob, type BlobToUpload, type UploadOptions, type UploadOutcome } from './blobUpload';
import type { HttpAnswer } from './http';
import { findReferrers } from './referrers';
import type { Registry } from './registry';
import { registryFailure, registryForbids } from './registryError';
import { bodyOf, nameIn, readFrom, requestFor, type RepositoryAccess } from './repositoryAccess';
import { listTags, type TagList } from './tagList';

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const schema1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;

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
 * One repository of a registry. All methods throw StudioErrors `registry-denied`, `registry-unreachable`, `not-found` and
 * `image-invalid`, BlobErrors for content that is not what its digest says, or the signal's reason.
 */
export class RegistryRepository implements BlobSource {
  private readonly at: RepositoryAccess;

  constructor(
    private readonly registry: Registry,
    readonly path: string,
    access: 'pull' | 'pull,push',
  ) {
    this.at = { registry, path, access };
  }

  get domain(): string {
    return this.registry.domain;
  }

  /** What the registry told on the way; never a secret. */
  told(): ImageDocument['registry'] {
    const { domain, user, rateLimit } = this.registry;
    return {
      domain,
      ...(user === undefined ? {} : { user }),
      ...(rateLimit === undefined ? {} : { rateLimit }),
    };
  }

  /**
   * @param reference a tag or a digest
   * @returns undefined when there is none
   */
  async headManifest(reference: string, signal: AbortSignal): Promise<ManifestHead | undefined> {
    const headers = { accept: manifestTypes };
    const request = requestFor(this.at, 'HEAD', `manifests/${reference}`, { headers });
    const head = await readFrom(
      this.at,
      request,
      async (answer) => {
        answer.discard();
        if (answer.status === 404) return undefined;
        if (!answer.ok) throw await registryFailure(answer, this.domain, nameIn(this.at, reference));
        const mediaType = mediaTypeOf(answer);
        if (schema1.test(mediaType)) throw tooOld(nameIn(this.at, reference));
        const size = Number(answer.header('content-length') ?? NaN);
        return { digest: answer.header('docker-content-digest'), size, mediaType };
      },
      signal,
    );
    if (head === undefined) return undefined;
    // Both may be missing by the specification.
    const { digest, size, mediaType } = head;
    if (digest === undefined || !Number.isSafeInteger(size)) return this.getManifest(reference, signal);
    return { digest, size, mediaType };
  }

  /** @param reference a tag or a digest */
  async getManifest(reference: string, signal: AbortSignal): Promise<Manifest> {
    const headers = { accept: manifestTypes };
    const request = requestFor(this.at, 'GET', `manifests/${reference}`, { headers });
    return readFrom(
      this.at,
      request,
      (answer) => this.manifestOf(answer, reference, maxManifestBytes, signal),
      signal,
    );
  }

  private async manifestOf(
    answer: HttpAnswer,
    reference: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Manifest> {
    if (!answer.ok) throw await registryFailure(answer, this.domain, nameIn(this.at, reference));
    const bytes = await bodyOf(answer, this.domain, reference, maxBytes, signal);
    const mediaType = mediaTypeOf(answer);
    // Before its digest, which is one of a part of the document only.
    if (schema1.test(mediaType) || isSchema1(bytes)) throw tooOld(nameIn(this.at, reference));
    const told = reference.includes(':') ? reference : answer.header('docker-content-digest');
    if (told !== undefined) checkDigest(told, bytes);
    return { bytes, digest: told ?? sha256Digest(bytes), size: bytes.length, mediaType };
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
    const digest = sha256Digest(manifest.bytes);
    const headers = { 'content-type': manifest.mediaType };
    const request = requestFor(this.at, 'PUT', `manifests/${reference}`, { headers, body: manifest.bytes });
    const host = await this.registry.host();
    const answer = await host.send(request, signal);
    if (!answer.ok) throw await registryFailure(answer, this.domain, nameIn(this.at, reference));
    answer.discard();
    const expected = reference.includes(':') ? reference : digest;
    const stored = answer.header('docker-content-digest') ?? expected;
    if (stored !== digest && stored !== expected) {
      const message = `The registry ${this.domain} has stored ${stored} in place of ${digest}.`;
      throw new BlobError('corrupt', digest, message);
    }
    return expected;
  }

  /**
   * Takes a tag away, or a manifest with all of its tags.
   *
   * @param reference a tag or a digest
   * @returns false when the registry has no way to delete by that kind of reference, or does not say why not
   * @throws StudioError `registry-denied` when it allows no deleting at all
   */
  async deleteManifest(reference: string, signal: AbortSignal): Promise<boolean> {
    const host = await this.registry.host();
    const answer = await host.send(requestFor(this.at, 'DELETE', `manifests/${reference}`), signal);
    if (answer.ok) {
      answer.discard();
      return true;
    }
    const { status } = answer;
    const failure = await registryFailure(answer, this.domain, nameIn(this.at, reference));
    // Registries that delete by digest only refuse a tag as a wrong digest, or as nothing that can be done.
    if ((status === 400 || status === 405) && !reference.includes(':')) return false;
    if (status === 400 || status === 405) {
      throw registryForbids(this.domain, 'deleting', failure.details?.cause ?? answer.statusLine);
    }
    throw failure;
  }

  /** A manifest, or else a blob such as a config, of that digest. */
  async read(
    digest: string,
    options: { maxBytes: number; signal?: AbortSignal; isBlob?: boolean },
  ): Promise<Uint8Array> {
    const { maxBytes, signal = new AbortController().signal } = options;
    const headers = { accept: `${manifestTypes}, */*` };
    for (const kind of options.isBlob === true ? ['blobs'] : ['manifests', 'blobs']) {
      const bytes = await readFrom(
        this.at,
        requestFor(this.at, 'GET', `${kind}/${digest}`, { headers }),
        async (answer) => {
          if (answer.status === 404) {
            answer.discard();
            return undefined;
          }
          if (!answer.ok) throw await registryFailure(answer, this.domain, nameIn(this.at, digest));
          const content = await bodyOf(answer, this.domain, digest, maxBytes, signal);
          if (kind === 'manifests' && isSchema1(content)) throw tooOld(nameIn(this.at, digest));
          checkDigest(digest, content);
          return content;
        },
        signal,
      );
      if (bytes !== undefined) return bytes;
    }
    const message = `The registry ${this.domain} has no content with the digest ${digest}.`;
    throw new BlobError('missing', digest, message);
  }

  /** A blob of any size, see OpenImage. */
  stream(blob: BlobToRead, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    return streamBlob(this.at, blob, signal);
  }

  /** A part of a blob, see OpenImage. */
  readPart(
    blob: BlobToRead,
    range: { readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    return readBlobPart(this.at, blob, range, signal);
  }

  /** Whether the registry itself has a blob here. */
  hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    return hasBlob(this.at, digest, signal);
  }

  /** Stores a blob; says how. */
  uploadBlob(blob: BlobToUpload, options: UploadOptions, signal: AbortSignal): Promise<UploadOutcome> {
    return uploadBlob(this.at, blob, options, signal);
  }

  /** Manifests that say to be about this one. */
  referrers(digest: string, signal: AbortSignal, artifactType?: string): Promise<Referrers> {
    return findReferrers(this.at, digest, artifactType, signal);
  }

  tags(signal: AbortSignal): Promise<TagList> {
    return listTags(this.at, signal);
  }
}

function mediaTypeOf(answer: HttpAnswer): string {
  return (answer.header('content-type') ?? '').split(';')[0]!.trim();
}

/** Only Docker's old format has both; what can't be read is for others to complain about. */
function isSchema1(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return /"schemaVersion"\s*:\s*1\b/.test(text.toString('latin1')) && text.includes('"fsLayers"');
}

function tooOld(name: string): StudioError {
  return new StudioError({
    code: 'image-invalid',
    message: `${name} is stored in Docker’s old image format (schema 1), which Manifold does not read.`,
    hint: 'Pull it with an old Docker and push it again with a current tool, or build it again.',
    details: { subject: name },
  });
}
