import { BlobError, DigestCheck } from '../blobSource';
import type { BlobToRead } from '../openImage';
import type { HttpAnswer } from './http';
import { registryFailure, registryUnreachable } from './registryError';
import { isBroken } from './hostConnection';
import type { RegistryHost } from './registryHost';
import { nameIn, readFrom, requestFor, type RepositoryAccess } from './repositoryAccess';

/** Who gets so far has not failed in vain. */
const worthwhileBytes = 1024 * 1024;
const avoidMs = 60_000;

interface OpenedBlob {
  readonly answer: HttpAnswer;
  readonly host: RegistryHost;
  /** Bytes at the answer's beginning that are known already. */
  readonly skip: number;
}

/**
 * A blob in pieces, see OpenImage.stream; goes on where it was when the connection breaks. A foreign layer comes from
 * its vendor when the registry has it not.
 *
 * @throws BlobError, StudioError, or the signal's reason
 */
export async function* streamBlob(
  repository: RepositoryAccess,
  blob: BlobToRead,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { digest, size } = blob;
  const check = new DigestCheck(digest);
  // The last piece comes when all of them are known to be right.
  let held: Uint8Array<ArrayBuffer> | undefined;
  let at = 0;
  let failures = 0;
  for (let isComplete = false; !isComplete;) {
    const begin = at;
    const { answer, host, skip } = await openBlob(repository, blob, at, signal);
    try {
      for await (const piece of skipping(answer.body, skip)) {
        at += piece.length;
        if (at > size) throw otherSize(blob, `more than the ${size}`);
        check.update(piece);
        if (held !== undefined) yield held;
        held = piece;
      }
      if (at < size) throw otherSize(blob, `${at} instead of ${size}`);
      check.finish();
      isComplete = true;
    } catch (error) {
      signal.throwIfAborted();
      if (host.settings.isMirror) host.avoid(avoidMs);
      if (error instanceof BlobError) throw error;
      failures = at - begin >= worthwhileBytes ? 1 : failures + 1;
      if (!isBroken(error) || failures > host.retries) throw brokenOff(host, blob, at, error);
      await host.wait(host.backoffMs(failures - 1), signal);
    }
  }
  if (held !== undefined) yield held;
}

/**
 * A part of a blob.
 *
 * @returns undefined when the registry sends whole blobs only
 * @throws BlobError, StudioError, or the signal's reason
 */
export async function readBlobPart(
  repository: RepositoryAccess,
  blob: BlobToRead,
  { offset, length }: { readonly offset: number; readonly length: number },
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (length === 0) return new Uint8Array(0);
  const headers = { range: `bytes=${offset}-${offset + length - 1}`, accept: '*/*' };
  const request = requestFor(repository, 'GET', `blobs/${blob.digest}`, { headers });
  for (let failures = 0; ;) {
    const { answer, host } = await readFrom(
      repository,
      request,
      async (opened, from) => ({ answer: opened, host: from }),
      signal,
    );
    if (answer.status === 200 || (answer.status === 404 && blob.urls !== undefined)) {
      answer.discard();
      return undefined;
    }
    await expectRange(repository, answer, blob, offset);
    const part = new Uint8Array(length);
    let at = 0;
    try {
      for await (const piece of answer.body) {
        if (at + piece.length > length) throw otherSize(blob, `more in a part than the ${length}`);
        part.set(piece, at);
        at += piece.length;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BlobError) throw error;
      failures++;
      if (!isBroken(error) || failures > host.retries) throw brokenOff(host, blob, offset + at, error);
      await host.wait(host.backoffMs(failures - 1), signal);
      continue;
    }
    if (at < Math.min(length, blob.size - offset))
      throw otherSize(blob, `${at} in a part instead of ${length}`);
    return part.subarray(0, at);
  }
}

async function openBlob(
  repository: RepositoryAccess,
  blob: BlobToRead,
  at: number,
  signal: AbortSignal,
): Promise<OpenedBlob> {
  const headers = { accept: '*/*', ...(at === 0 ? {} : { range: `bytes=${at}-` }) };
  const request = requestFor(repository, 'GET', `blobs/${blob.digest}`, { headers });
  return readFrom(
    repository,
    request,
    async (opened, host) => {
      let answer = opened;
      for (const url of answer.status === 404 ? (blob.urls ?? []) : []) {
        if (answer.ok || !URL.canParse(url)) continue;
        answer.discard();
        answer = await host.sendForeign(new URL(url), headers, opened, signal);
      }
      if (answer.status === 200) {
        expectSize(answer, blob, blob.size);
        return { answer, host, skip: at };
      }
      await expectRange(repository, answer, blob, at);
      expectSize(answer, blob, blob.size - at);
      return { answer, host, skip: 0 };
    },
    signal,
  );
}

/** @throws what an answer means that is no part of a blob, from `offset` on */
async function expectRange(
  repository: RepositoryAccess,
  answer: HttpAnswer,
  blob: BlobToRead,
  offset: number,
): Promise<void> {
  const { domain } = repository.registry;
  if (answer.status === 404) {
    answer.discard();
    const message = `The registry ${domain} has no content with the digest ${blob.digest}.`;
    throw new BlobError('missing', blob.digest, message);
  }
  if (answer.status === 416) {
    answer.discard();
    throw otherSize(blob, `fewer than the ${blob.size}`);
  }
  if (answer.status !== 206) throw await registryFailure(answer, domain, nameIn(repository, blob.digest));
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.header('content-range') ?? '') ?? [];
  if (Number(start) === offset && (total === '*' || Number(total) === blob.size)) return;
  answer.discard();
  const message = `The registry ${domain} has sent another part of ${blob.digest} than it was asked for.`;
  throw new BlobError('corrupt', blob.digest, message);
}

function expectSize(answer: HttpAnswer, blob: BlobToRead, size: number): void {
  const announced = answer.header('content-length');
  if (announced === undefined || Number(announced) === size) return;
  answer.discard();
  throw otherSize(blob, `${announced} instead of ${size}`);
}

/** @param words what stands before "bytes" */
function otherSize({ digest }: BlobToRead, words: string): BlobError {
  return new BlobError('corrupt', digest, `The registry has sent ${words} bytes of ${digest}.`);
}

function brokenOff(host: RegistryHost, { digest, size }: BlobToRead, at: number, cause: unknown): Error {
  const message = `${digest} broke off after ${at} of ${size} bytes`;
  return registryUnreachable(
    host.domain,
    new Error(`${message}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause: undefined }),
  );
}

async function* skipping(
  source: AsyncIterable<Uint8Array<ArrayBuffer>>,
  bytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let left = bytes;
  for await (const piece of source) {
    if (left < piece.length) yield left === 0 ? piece : piece.slice(left);
    left = Math.max(0, left - piece.length);
  }
}
