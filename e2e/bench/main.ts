import { rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startEngine, type Engine } from '../engine/engine';
import { figuresOf, type Figures } from './figures';
import { BenchImages, imageRows, measureImageRow } from './imageRows';
import { Buildx, CoreProcess, PeerHung } from './peers';
import { benchFolder, benchRows, type BenchRow } from './rows';
import { windowReady } from './windowReady';

/** Runs a row's two sides in turn on one daemon. */
async function measure(row: BenchRow, engine: Engine): Promise<Figures> {
  const folder = await benchFolder();
  const core = await CoreProcess.start(engine.buildkit.address);
  if (engine.binaries.buildx === undefined) throw new Error('buildx is missing');
  const buildx = await Buildx.create(engine.binaries.buildx, engine.buildkit.address);
  const manifold: number[] = [];
  const peer: number[] = [];
  let hung = 0;
  const runPeer = async (): Promise<void> => {
    try {
      peer.push(await row.buildx(buildx, folder));
    } catch (error) {
      if (!(error instanceof PeerHung)) throw error;
      hung++;
    }
  };
  try {
    await row.prepare(folder);
    // One run each that isn't counted: it fills the daemon's cache and the page cache.
    await row.beforeEach(folder);
    await row.manifold(core, folder);
    await row.beforeEach(folder);
    await runPeer();
    peer.length = 0;
    await core.measure();
    for (let run = 0; run < row.runs; run++) {
      process.stderr.write(`\r${row.name}: run ${run + 1} of ${row.runs}   `);
      await row.beforeEach(folder);
      manifold.push(await row.manifold(core, folder));
      await row.beforeEach(folder);
      await runPeer();
    }
    process.stderr.write('\n');
    const { rssMb, loopDelayP99Ms } = await core.figures();
    return figuresOf(row.name, { manifold, peer, rssMb, loopDelayP99Ms, hung });
  } finally {
    await core.stop();
    await buildx.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
  const names = [...[...benchRows, ...imageRows].map((row) => row.name), 'window-ready'];
  const only = values.only?.split(',');
  for (const name of only ?? []) {
    if (!names.includes(name)) throw new Error(`--only ${name}: the rows are ${names.join(', ')}`);
  }
  const wanted = (name: string): boolean => only === undefined || only.includes(name);
  const engine = await startEngine({ buildx: true });
  const rows: Figures[] = [];
  try {
    for (const row of benchRows) if (wanted(row.name)) rows.push(await measure(row, engine));
    const images = new BenchImages(engine);
    for (const row of imageRows) {
      const figures = wanted(row.name) ? await measureImageRow(row, engine, images) : undefined;
      if (figures !== undefined) rows.push(figures);
    }
    if (wanted('window-ready')) {
      const times = await windowReady(7, engine.buildkit.address);
      rows.push(figuresOf('window-ready', { manifold: times, peer: [] }));
    }
  } finally {
    await engine.dispose();
  }
  console.table(Object.fromEntries(rows.map(({ name, ...figures }) => [name, figures])));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ rows }, null, 2)}\n`);
}

await main();
