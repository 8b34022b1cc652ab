import { GrpcCode, GrpcError } from '../grpcStatus';
import type { SessionCall, SessionService } from '../session/service';
import { FileTransferError } from './fileTransferError';
import type { FileWorkers } from './fileWorkers';
import { grpcErrorOf, transferCall } from './transferCall';

/** Where an exporter's output goes. `path` is absolute; missing parent folders are made. */
export type ExportTarget =
  /** For tar, oci and docker streams: written to `<path>.partial`, renamed when complete, removed otherwise. */
  | { readonly kind: 'file'; readonly path: string }
  /** For the local exporter: merged into this folder; files that were written stay there when it fails. */
  | { readonly kind: 'directory'; readonly path: string };

/** How far one DiffCopy call is. The local exporter makes one call a platform. */
export interface ExportProgress {
  readonly exporterId: number;
  /** Files complete so far (for a file target 1 at the end). */
  readonly files: number;
  /** Bytes of content received. */
  readonly bytes: number;
  /** True for the last report of a call that succeeded. */
  readonly done: boolean;
}

export interface ExportServiceOptions {
  readonly workers: FileWorkers;
  readonly onProgress?: (progress: ExportProgress) => void;
  /** Called when a call fails, before its status goes to the daemon (whose own error has only the text). */
  readonly onError?: (exporterId: number, error: FileTransferError) => void;
}

/**
 * `moby.filesync.v1.FileSend` with `DiffCopy`: receives what exporters send to the client. Keys of `targets` are
 * exporter ids: the index in the solve request's `Exporters`, which the daemon repeats in the metadata
 * `buildkit-attachable-exporter-id` (0 when absent).
 */
export function createExportService(
  targets: ReadonlyMap<number, ExportTarget>,
  options: ExportServiceOptions,
): SessionService {
  const diffCopy = async (call: SessionCall): Promise<void> => {
    const exporterId = exporterIdOf(call);
    const target = targets.get(exporterId);
    if (!target) throw new GrpcError(GrpcCode.NOT_FOUND, `exporter ${exporterId} not found`);
    const report = ({ files, bytes }: { files: number; bytes: number }, done: boolean): void =>
      options.onProgress?.({ exporterId, files, bytes, done });
    try {
      const kind = target.kind === 'file' ? 'receive-file' : 'receive-folder';
      const last = await transferCall(call, options.workers, { kind, path: target.path }, (progress) =>
        report(progress, false),
      );
      report(last, true);
    } catch (error) {
      if (!(error instanceof FileTransferError)) throw error;
      options.onError?.(exporterId, error);
      throw grpcErrorOf(error);
    }
  };
  return { name: 'moby.filesync.v1.FileSend', methods: { DiffCopy: diffCopy } };
}

function exporterIdOf(call: SessionCall): number {
  const value = call.metadata.get('buildkit-attachable-exporter-id')?.[0] ?? '';
  return /^\d+$/.test(value) ? Number(value) : 0;
}
