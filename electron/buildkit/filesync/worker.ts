import { parentPort, type MessagePort } from 'node:worker_threads';
import { ContextSender } from './contextSender';
import { FileReceiver } from './fileReceiver';
import { FileTransferError } from './fileTransferError';
import { FolderReceiver } from './folderReceiver';
import { JobChannel } from './jobChannel';
import type { Job, JobProgress } from './jobMessages';

/** What a file worker runs: each message brings a job and the port over which that job is conducted. */
parentPort?.on('message', ({ job, port }: { job: Job; port: MessagePort }) => {
  void conduct(job, port);
});

async function conduct(job: Job, port: MessagePort): Promise<void> {
  const channel = new JobChannel(port);
  const transfer = transferFor(job, channel);
  let failure: FileTransferError | undefined;
  try {
    await transfer.run();
  } catch (error) {
    failure =
      error instanceof FileTransferError
        ? error
        : new FileTransferError('io', error instanceof Error ? error.message : String(error), {
            cause: error,
          });
  }
  channel.finish(failure, transfer.progress);
}

function transferFor(
  job: Job,
  channel: JobChannel,
): { run(): Promise<void>; readonly progress: JobProgress } {
  switch (job.kind) {
    case 'send':
      return new ContextSender(job, channel);
    case 'receive-folder':
      return new FolderReceiver(job.path, channel);
    case 'receive-file':
      return new FileReceiver(job.path, channel);
  }
}
