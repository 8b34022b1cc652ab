import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { FileTransferError } from './fileTransferError';
import type { Job } from './jobMessages';

/**
 * Starts a worker thread that runs `worker.ts`. How a worker's file is found differs between the bundled app
 * (`import path from './worker?modulePath'`) and TypeScript sources (`launchSourceWorker`), so the caller brings it.
 */
export type WorkerLauncher = () => Worker;

/** A job under way: the calling thread's end of its port, and news of the thread's death. */
export interface JobLink {
  readonly port: MessagePort;
  /** Called at most once, when the thread dies before {@link release}. */
  onDeath: (error: FileTransferError) => void;
  /** Ends the link; what the job still has to say is lost. */
  release(): void;
}

/** Worker threads that do the file work of all transfers, so that the calling thread stays free. */
export interface FileWorkers {
  /** Hands a job to the thread with the fewest. */
  open(job: Job): JobLink;
  /** Stops the threads; transfers under way fail with code `worker`. */
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly links: Set<JobLink>;
}

/**
 * Keeps up to two threads (a further one would wait for the same disk) and starts the first at once, so that the first
 * build doesn't wait for it. The threads don't keep the process alive. One that dies is replaced when needed.
 */
export function createFileWorkers(launch: WorkerLauncher): FileWorkers {
  const limit = Math.min(2, availableParallelism());
  const threads = new Set<Thread>();
  let closed = false;

  const start = (): Thread => {
    const thread: Thread = { worker: launch(), links: new Set() };
    threads.add(thread);
    const die = (error: FileTransferError): void => {
      threads.delete(thread);
      for (const link of thread.links) link.onDeath(error);
      thread.links.clear();
    };
    thread.worker.on('error', (cause) =>
      die(new FileTransferError('worker', 'The thread that transfers files failed. Build again.', { cause })),
    );
    thread.worker.on('exit', () =>
      die(new FileTransferError('worker', 'The thread that transfers files was stopped.')),
    );
    thread.worker.unref();
    return thread;
  };

  const pick = (): Thread => {
    const idlest = [...threads].sort((one, other) => one.links.size - other.links.size)[0];
    if (idlest && (idlest.links.size === 0 || threads.size >= limit)) return idlest;
    return start();
  };

  start();
  return {
    open(job) {
      if (closed) throw new FileTransferError('worker', 'Manifold is closing; no transfer can begin.');
      const thread = pick();
      const { port1, port2 } = new MessageChannel();
      const link: JobLink = {
        port: port1,
        onDeath: () => undefined,
        release: () => {
          thread.links.delete(link);
          port1.close();
        },
      };
      thread.links.add(link);
      thread.worker.postMessage({ job, port: port2 }, [port2]);
      return link;
    },
    async close() {
      closed = true;
      await Promise.all([...threads].map((thread) => thread.worker.terminate()));
    },
  };
}
