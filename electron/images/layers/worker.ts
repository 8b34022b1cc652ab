import { parentPort, type MessagePort } from 'node:worker_threads';
import { extract } from './extract';
import type { ComparedView } from './fileComparison';
import { FileTree } from './fileTree';
import { emptyView, layerView, mergedView, type FileView } from './fileView';
import { indexLayer } from './indexLayer';
import type { ColumnToShow, LayerJob } from './layerJobs';
import { LayerIndex } from './layerIndex';
import { WorkerChannel } from './workerChannel';

/** What a thread for layers runs: each message brings a job and the port over which it is conducted. */
parentPort?.on('message', ({ job, port }: { job: LayerJob; port: MessagePort }) => {
  void conduct(job, new WorkerChannel(port));
});

async function conduct(job: LayerJob, channel: WorkerChannel): Promise<void> {
  try {
    channel.finish({ result: await resultOf(job, channel) });
  } catch (error) {
    channel.finish({ error });
  }
}

async function resultOf(job: LayerJob, channel: WorkerChannel): Promise<SharedArrayBuffer | undefined> {
  const onEntries = (entries: number): void => channel.entries(entries);
  switch (job.kind) {
    case 'index':
      return (await indexLayer(channel.source(), job.layer, job.limits, onEntries)).bytes;
    case 'contents': {
      // Brings a library with it, which makes each collection of garbage longer; few layers need it.
      const { indexFromContents } = await import('./tableOfContents');
      return (await indexFromContents(channel.source(), job.format, job.limits)).bytes;
    }
    case 'extract':
      for await (const piece of extract(channel.source(), job.stretch, job.limits)) await channel.send(piece);
      return undefined;
    case 'tree': {
      const tree = new FileTree(job.columns.map(comparedView));
      channel.onQuestion = (question) =>
        question.kind === 'rows' ? tree.rows(question.request) : tree.locate(question.id, question.column);
      channel.post({ type: 'ready', summary: tree.summary() });
      await channel.untilStopped();
      return undefined;
    }
  }
}

function comparedView(column: ColumnToShow): ComparedView {
  return { view: viewOf(column), platform: column.platform };
}

function viewOf({ layers, view }: ColumnToShow): FileView {
  const indexes = layers.map((bytes) => (bytes === undefined ? undefined : LayerIndex.open(bytes)));
  if (view === 'merged') return mergedView(indexes.filter((index) => index !== undefined));
  const last = indexes.at(-1);
  return last === undefined ? emptyView() : layerView(last, indexes.length - 1);
}
