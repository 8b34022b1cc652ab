import { GrpcCode, GrpcError } from '../grpcStatus';
import type { SessionCall, SessionMetadata, SessionService } from '../session/service';
import { bytePath, type BytePath } from './bytePath';
import { FileTransferError } from './fileTransferError';
import type { FileWorkers } from './fileWorkers';
import { grpcErrorOf, transferCall } from './transferCall';

/** What the daemon may read under one `dir-name`. */
export type ContextSource =
  | { readonly kind: 'folder'; readonly path: string }
  /** Files that exist only in memory (text on screen): slash-separated path to content. */
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, Uint8Array> };

/** How far one DiffCopy call is. The daemon makes several a build, also for the same name. */
export interface ContextProgress {
  /** The `dir-name` the daemon asked for: `context`, `dockerfile` or a named context. */
  readonly name: string;
  /** Entries described to the daemon so far. */
  readonly entries: number;
  /** Files whose content was sent in full. */
  readonly files: number;
  /** Bytes of file content sent. */
  readonly bytes: number;
  /** True for the last report of a call that succeeded. */
  readonly done: boolean;
}

export interface ContextServiceOptions {
  readonly workers: FileWorkers;
  readonly onProgress?: (progress: ContextProgress) => void;
  /** Called when a call fails, before its status goes to the daemon (whose own error has only the text). */
  readonly onError?: (name: string, error: FileTransferError) => void;
}

/**
 * `moby.filesync.v1.FileSync` with `DiffCopy`: sends local folders to the daemon, filtered as it asks.
 * Keys of `contexts` are the names given to the daemon (`dir-name`); any other name is refused with NOT_FOUND.
 * `TarStream`, which no daemon asks for any more, is not offered.
 */
export function createContextService(
  contexts: ReadonlyMap<string, ContextSource>,
  options: ContextServiceOptions,
): SessionService {
  const diffCopy = async (call: SessionCall): Promise<void> => {
    const name = Buffer.from(valuesOf(call.metadata, 'dir-name')[0] ?? '', 'latin1').toString('utf8');
    const source = contexts.get(name);
    if (!source) throw new GrpcError(GrpcCode.NOT_FOUND, `no access allowed to dir ${JSON.stringify(name)}`);
    try {
      const last = await transferCall(
        call,
        options.workers,
        {
          kind: 'send',
          source,
          includePatterns: valuesOf(call.metadata, 'include-patterns'),
          excludePatterns: valuesOf(call.metadata, 'exclude-patterns'),
          followPaths: valuesOf(call.metadata, 'followpaths'),
        },
        (progress) => options.onProgress?.({ name, ...progress, done: false }),
      );
      options.onProgress?.({ name, ...last, done: true });
    } catch (error) {
      if (!(error instanceof FileTransferError)) throw error;
      options.onError?.(name, error);
      throw grpcErrorOf(error);
    }
  };
  return { name: 'moby.filesync.v1.FileSync', methods: { DiffCopy: diffCopy } };
}

/** All values of a key as bytes. `<key>-encoded: 1` says that they are escaped as in a URL's query. */
function valuesOf(metadata: SessionMetadata, key: string): BytePath[] {
  const values = metadata.get(key) ?? [];
  const encoded = /^(1|t|T|true|TRUE|True)$/.test(metadata.get(`${key}-encoded`)?.[0] ?? '');
  return values.map(encoded ? unescapeQuery : bytePath);
}

/** Go's url.QueryUnescape, to bytes; '' when malformed, as BuildKit's own client has it. */
function unescapeQuery(value: string): BytePath {
  if (/%(?![0-9A-Fa-f]{2})/.test(value)) return '';
  return bytePath(value)
    .replaceAll('+', ' ')
    .replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
