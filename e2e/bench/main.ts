import { rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startEngine, type Engine } from '../engine/engine';
import { Buildx, CoreProcess, PeerHung } from './peers';
import { benchFolder, benchRows, type BenchRow } from './rows';
import { windowReady } from './windowReady';

interface Figures {
  name: string;
  manifold_ms: number;
  peer_ms: number | null;
  ratio: number | null;
  core_rss_mb: number | null;
  loop_delay_p99_ms: number | null;
  runs: number;
  /** Runs in which buildx hung and was killed. */
  peer_hung?: number;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};
const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

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
    const [ours, theirs] = [median(manifold), median(peer)];
    return {
      name: row.name,
      manifold_ms: rounded(ours),
      peer_ms: peer.length === 0 ? null : rounded(theirs),
      ratio: peer.length === 0 ? null : rounded(ours / theirs, 2),
      core_rss_mb: rounded(rssMb),
      loop_delay_p99_ms: rounded(loopDelayP99Ms),
      runs: row.runs,
      ...(hung === 0 ? {} : { peer_hung: hung }),
    };
  } finally {
    await core.stop();
    await buildx.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
  const names = [...benchRows.map((row) => row.name), 'window-ready'];
  if (values.only !== undefined && !names.includes(values.only)) {
    throw new Error(`--only ${values.only}: the rows are ${names.join(', ')}`);
  }
  const wanted = (name: string): boolean => values.only === undefined || values.only === name;
  const engine = await startEngine({ buildx: true });
  const rows: Figures[] = [];
  try {
    for (const row of benchRows) if (wanted(row.name)) rows.push(await measure(row, engine));
    if (wanted('window-ready')) {
      const times = await windowReady(7, engine.buildkit.address);
      rows.push({
        name: 'window-ready',
        manifold_ms: rounded(median(times)),
        peer_ms: null,
        ratio: null,
        core_rss_mb: null,
        loop_delay_p99_ms: null,
        runs: times.length,
      });
    }
  } finally {
    await engine.dispose();
  }
  console.table(Object.fromEntries(rows.map(({ name, ...figures }) => [name, figures])));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ rows }, null, 2)}\n`);
}

await main();
