export { FileTransferError, type FileTransferErrorCode } from './fileTransferError';
export {
  createContextService,
  type ContextProgress,
  type ContextServiceOptions,
  type ContextSource,
} from './contextService';
export {
  createExportService,
  type ExportProgress,
  type ExportServiceOptions,
  type ExportTarget,
} from './exportService';
export { createFileWorkers, type FileWorkers, type WorkerLauncher } from './fileWorkers';
