import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildkitClient } from './client';
import { GrpcCode, GrpcError } from './grpcStatus';
import type { BuildHistoryRecord } from './history';
import { SolveError, solveErrorFromStatus } from './solveError';
import { decodeStatus } from './statusDetails';
import type { StatusFollower } from './statusFollower';

/** A normal answer follows the end of the status stream within milliseconds. */
const GRACE_MS = 1_000;
/** How often the history is read again. */
const POLL_MS = 1_000;
/** How long a daemon without a history record is waited for, when a vertex is known to have failed. */
const NO_HISTORY_MS = 10_000;

/**
 * Finds the error of a solve whose answer can't arrive: Node receives no header over 64 KiB, and the error's details
 * hold the whole Dockerfile, so the call would hang for ever. The daemon's history has the same error as content.
 */
export function watchForLostAnswer(
  client: BuildkitClient,
  ref: string,
  status: StatusFollower,
): {
  /** Never resolves; rejects with the {@link SolveError} once found. */ readonly found: Promise<never>;
  stop(): void;
} {
  const abort = new AbortController();
  const found = new Promise<never>((_resolve, reject) => {
    void status.ended.then(async () => {
      try {
        const error = await search(client, ref, status, abort.signal);
        if (error !== undefined) reject(error);
      } catch (error) {
        // Stopped, or the connection is lost: then the solve itself ends.
        if (error instanceof GrpcError) reject(error);
      }
    });
  });
  found.catch(() => undefined);
  return { found, stop: () => abort.abort() };
}

async function search(
  client: BuildkitClient,
  ref: string,
  status: StatusFollower,
  signal: AbortSignal,
): Promise<SolveError | undefined> {
  await sleep(GRACE_MS, undefined, { signal });
  for (const started = Date.now(); !signal.aborted; await sleep(POLL_MS, undefined, { signal })) {
    const record = await readRecord(client, ref, signal);
    if (record?.completedMs !== undefined) {
      if (record.externalError !== undefined) {
        return solveErrorFromStatus(
          decodeStatus(await readBlob(client, record.externalError.digest, signal)),
        );
      }
      if (record.error !== undefined) {
        return solveErrorFromStatus({ ...record.error, details: { sources: [] } });
      }
    }
    const vertex = status.failedVertex();
    if (record === undefined && vertex !== undefined && Date.now() - started > NO_HISTORY_MS) {
      return new SolveError(GrpcCode.UNKNOWN, vertex.error, { sources: [], vertex: vertex.digest });
    }
  }
  return undefined;
}

/** The build's record; undefined when the engine keeps none. */
async function readRecord(
  client: BuildkitClient,
  ref: string,
  signal: AbortSignal,
): Promise<BuildHistoryRecord | undefined> {
  try {
    for await (const { record } of client.listenBuildHistory({ ref, earlyExit: true, signal })) {
      if (record.ref === ref) return record;
    }
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
  }
  return undefined;
}

async function readBlob(client: BuildkitClient, digest: string, signal: AbortSignal): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of client.readContent(digest, { signal })) parts.push(part);
  return Buffer.concat(parts);
}
