import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createFileWorkers } from '../../electron/buildkit/filesync';
import { launchSourceWorker } from '../../electron/testing/workers';
import { noEngine } from '../../electron/testing/noEngine';
import { Builders, createDrivers, openBuildxStore } from '../../electron/builders';
import { Builds } from '../../electron/builds';
import { DockerConfigCredentials } from '../../electron/images/credentials/dockerConfig';
import { cacheFolder } from '../../electron/system/cacheFolder';
import { openLogger } from '../../electron/system/logger';
import type { BuildRequest } from '../../shared/contract';
import { LogRecordReader } from '../../shared/model/log/records';
import { ImageCore } from './imageCore';
import type { CoreRequest, CoreReply } from './messages';

/**
 * Manifold's core as the app runs it, alone in a process, so that its memory and its event loop can be measured. Builds
 * and shows images on request of the parent process.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'manifold-bench-core-'));
  const logger = openLogger(folder);
  const fail = (): never => {
    throw new Error('a stored file was damaged');
  };
  const workers = createFileWorkers(launchSourceWorker);
  const builders = await Builders.open({
    ...noEngine,
    store: openBuildxStore({
      env: { ...process.env, BUILDX_CONFIG: join(folder, 'buildx') },
      ownChoiceFile: join(folder, 'own-choice.json'),
      onCorrupt: fail,
      logger,
    }),
    drivers: createDrivers({ stateFolder: folder, env: process.env, cacheFolder: cacheFolder(process.env) }),
    env: process.env,
    logger,
  });
  const builds = await Builds.open({
    folder: join(folder, 'builds'),
    outputFolder: () => join(folder, 'outputs'),
    keepBuilds: () => 3,
    builders,
    workers,
    credentials: { credentials: async () => undefined },
    env: process.env,
    logger,
  });
  const images = ImageCore.open({
    builds,
    builders,
    credentials: new DockerConfigCredentials(),
    folder,
    onCorrupt: fail,
    logger,
  });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const never = new AbortController().signal;

  const build = async (
    request: BuildRequest,
    countLogLines: boolean,
  ): Promise<{ ms: number; logLines: number }> => {
    const started = performance.now();
    const { id } = await builds.start(request);
    const lines = countLogLines ? countLines(builds.log(id, never)) : Promise.resolve(0);
    // As a person sees it: the end, not what may still be told after it.
    let ms: number | undefined;
    for await (const item of builds.progress(id, never)) {
      const ended =
        item.type === 'snapshot'
          ? item.progress.endedMs !== undefined
          : item.events.some(({ type }) => type === 'ended');
      if (ended) ms ??= performance.now() - started;
    }
    if (ms === undefined) throw new Error('The build has no end.');
    const { summary } = await builds.get(id);
    if (summary.status !== 'succeeded')
      throw new Error(`${summary.status}: ${JSON.stringify(summary.error)}`);
    return { ms, logLines: await lines };
  };
  const reply = (message: CoreReply): void => void process.send?.(message);

  process.on('message', (message: CoreRequest) => {
    void (async () => {
      try {
        if (message.type === 'build') {
          reply({ type: 'built', ...(await build(message.request, message.countLogLines)) });
        } else if (message.type === 'inspect') {
          reply({ type: 'inspected', ...(await images.inspect(message.reference)) });
        } else if (message.type === 'open-tree') {
          reply({ type: 'tree-open', ...(await images.openTree(message.request)) });
        } else if (message.type === 'filter-tree') {
          reply({ type: 'tree-filtered', ...(await images.filterTree(message.text)) });
        } else if (message.type === 'measure') {
          delay.reset();
          delay.enable();
          reply({ type: 'measuring' });
        } else if (message.type === 'figures') {
          reply({
            type: 'figures',
            rssMb: process.resourceUsage().maxRSS / 1024,
            loopDelayP99Ms: delay.percentile(99) / 1e6,
          });
        } else {
          await images.close();
          await builds.shutdown();
          await builders.close({ keepDaemons: false });
          await workers.close();
          await rm(folder, { recursive: true, force: true });
          process.disconnect();
        }
      } catch (error) {
        reply({
          type: 'failed',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    })();
  });
  reply({ type: 'ready' });
}

async function countLines(log: AsyncIterable<Uint8Array>): Promise<number> {
  const reader = new LogRecordReader();
  let lines = 0;
  for await (const chunk of log) {
    for (const record of reader.read(chunk)) {
      if (record.type !== 'output') continue;
      for (let at = record.data.indexOf(10); at >= 0; at = record.data.indexOf(10, at + 1)) lines++;
    }
  }
  return lines;
}

void main();
