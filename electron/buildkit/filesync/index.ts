/** Files between this machine and the daemon: build contexts out, exports in. */
export { FileTransferError, type FileTransferErrorCode } from './fileTransferError';
export { ContextFilter } from './contextFilter';
export { parseIgnoreFile } from './ignoreFile';
export { createContextService, type ContextSource } from './contextService';
export { createExportService, type ExportTarget } from './exportService';
export { createFileWorkers, type FileWorkers } from './fileWorkers';
export { createStreamExportService } from './streamExport';
