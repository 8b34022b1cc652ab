import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { findProgram } from '../../scripts/setup/command.mjs';
import type { Engine } from '../engine/engine';
import { pushImage, sizeOf, type BenchImage, type ImageRecipe, type LayerRecipe } from './benchImage';
import { figuresOf, type Figures } from './figures';
import { CoreProcess, timed } from './peers';

/** One thing that is done with an image. */
export interface ImageRow {
  name: string;
  runs: number;
  /** The same object in several rows is made once. */
  image: ImageRecipe;
  /** Gets the core ready for all runs. Without it, each run has a core of its own that has seen nothing before. */
  prepare?(core: CoreProcess, image: BenchImage): Promise<unknown>;
  /** @returns ms */
  manifold(core: CoreProcess, image: BenchImage, run: number): Promise<number>;
  /** What a peer takes for the same, in ms; undefined where there is no such program. */
  peer?(image: BenchImage, engine: Engine): Promise<number | undefined>;
}

const three = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

/**
 * 6 GB: by platform a base as Debian's, which has 9,000 files, 115 MB that are 55 MB compressed; then 20,000 files in
 * 300 MB that nothing compresses, and eight in 1.65 GB.
 */
const big: ImageRecipe = {
  name: 'big',
  platforms: Object.fromEntries(
    three.map((platform) => [
      platform,
      [
        { seed: `base ${platform}`, files: 9_000, bytes: 12_800, bitsPerByte: 4, compress: true },
        { seed: `many ${platform}`, files: 20_000, bytes: 15_000, bitsPerByte: 8, compress: true },
        { seed: `large ${platform}`, files: 8, bytes: 206_000_000, bitsPerByte: 8, compress: false },
      ],
    ]),
  ),
};

const wide: ImageRecipe = {
  name: 'wide',
  platforms: {
    'linux/amd64': [{ seed: 'wide', files: 200_000, bytes: 200, bitsPerByte: 8, compress: true }],
  },
};

const fiftyThousand: LayerRecipe = { seed: 'two', files: 50_000, bytes: 200, bitsPerByte: 8, compress: true };
const alike: ImageRecipe = {
  name: 'alike',
  platforms: {
    'linux/amd64': [fiftyThousand],
    'linux/arm64': [
      {
        ...fiftyThousand,
        isChanged: (file) => file % 10 === 0,
        isMissing: (file) => file % 100 === 99,
      },
    ],
  },
};

/** What people type into the filter, some of it as it grows. */
const filters = [
  'i',
  'it',
  'item-1',
  'item-19',
  '.so',
  '*.js',
  'part-07',
  'part-1*.md',
  'share/part-0?00',
  '9',
];

/** Everything that is done with images, by name. */
export const imageRows: ImageRow[] = [
  {
    name: 'image-tree',
    runs: 15,
    image: big,
    async manifold(core, { reference }) {
      const { ms, platforms } = await core.inspect(reference);
      expectEqual('platforms', platforms.join(), three.join());
      return ms;
    },
    async peer({ reference }, { binaries }) {
      return (await timed(binaries.skopeo, ['inspect', '--tls-verify=false', `docker://${reference}`])).ms;
    },
  },
  layerTree('layer-tree', 0),
  layerTree('layer-tree-300mb', 1),
  {
    name: 'core-memory',
    runs: 3,
    image: big,
    async manifold(core, { reference, platforms }) {
      const source = { kind: 'registry', reference } as const;
      const columns = platforms.map(({ platform, layers }) => ({
        source,
        platform,
        layers: [...layers],
        view: 'merged' as const,
      }));
      return (await core.openTree({ columns })).ms;
    },
  },
  {
    name: 'filter-200k',
    runs: 3 * filters.length,
    image: wide,
    prepare: (core, image) => core.openTree({ columns: [layerColumn(image, 0)] }),
    async manifold(core, _image, run) {
      const { ms, matching } = await core.filterTree(filters[run % filters.length]!);
      if (matching === 0) throw new Error('The filter lets nothing through.');
      return ms;
    },
  },
  {
    name: 'compare-50k',
    runs: 9,
    image: alike,
    // Fills the cache of indexes.
    prepare: (core, image) => openComparison(core, image),
    manifold: (core, image) => openComparison(core, image),
  },
];

/** One layer's files, of an image that is on the screen already. */
function layerTree(name: string, at: number): ImageRow {
  return {
    name,
    runs: 7,
    image: big,
    async manifold(core, image) {
      await core.inspect(image.reference);
      const { ms, paths } = await core.openTree({ columns: [layerColumn(image, 0, at)] });
      expectEqual('paths', paths, image.platforms[0]!.layers[at]!.paths + impliedFolders);
      return ms;
    },
    async peer(image) {
      if (findProgram('curl') === undefined || findProgram('tar') === undefined) return undefined;
      const layer = image.platforms[0]!.layers[at]!;
      const list = 'set -o pipefail; curl -sSf "$0" | tar -tz | wc -l';
      const { ms, output } = await timed('bash', ['-c', list, image.blobUrl(layer)]);
      expectEqual('paths', Number(output), layer.paths);
      return ms;
    },
  };
}

/** `usr` and `usr/share`, which the archives don't list. */
const impliedFolders = 2;

async function openComparison(core: CoreProcess, image: BenchImage): Promise<number> {
  const { ms, paths } = await core.openTree({ columns: [layerColumn(image, 0), layerColumn(image, 1)] });
  expectEqual('paths', paths, image.platforms[0]!.layers[0]!.paths + impliedFolders);
  return ms;
}

/** A layer of a platform by itself, the first one if not told otherwise. */
function layerColumn({ reference, platforms }: BenchImage, at: number, layer = 0) {
  const { platform, layers } = platforms[at]!;
  const source = { kind: 'registry' as const, reference };
  return { source, platform, layers: layers.slice(0, layer + 1), view: 'layer' as const };
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} in place of ${String(expected)}`);
}

/** Images that rows share, in the engine's registry, which is gone with the engine. */
export class BenchImages {
  private readonly made = new Map<ImageRecipe, BenchImage>();

  constructor(private readonly engine: Engine) {}

  /** @returns undefined where there is no room for it */
  async get(recipe: ImageRecipe): Promise<BenchImage | undefined> {
    const known = this.made.get(recipe);
    if (known !== undefined) return known;
    const { bavail, bsize } = await statfs(tmpdir());
    if (bavail * bsize < sizeOf(recipe) * 1.5 + 2 ** 30) return undefined;
    process.stderr.write(`making the image "${recipe.name}"\n`);
    const image = await pushImage(this.engine.registry.host, recipe);
    this.made.set(recipe, image);
    return image;
  }
}

/** Runs a row, in turn with its peer; undefined, and said so, where there is no room for its image. */
export async function measureImageRow(
  row: ImageRow,
  engine: Engine,
  images: BenchImages,
): Promise<Figures | undefined> {
  const image = await images.get(row.image);
  if (image === undefined) {
    const gigabytes = ((sizeOf(row.image) * 1.5) / 1e9 + 1).toFixed(1);
    process.stderr.write(`${row.name} is left out: its image takes ${gigabytes} GB of room in ${tmpdir()}\n`);
    return undefined;
  }
  const manifold: number[] = [];
  const peer: number[] = [];
  let [rssMb, loopDelayP99Ms] = [0, 0];
  let core: CoreProcess | undefined;
  const start = async (): Promise<CoreProcess> => {
    core = await CoreProcess.start(engine.buildkit.address);
    await row.prepare?.(core, image);
    await core.measure();
    return core;
  };
  const stop = async (): Promise<void> => {
    const figures = await core?.figures();
    rssMb = Math.max(rssMb, figures?.rssMb ?? 0);
    loopDelayP99Ms = Math.max(loopDelayP99Ms, figures?.loopDelayP99Ms ?? 0);
    await core?.stop();
    core = undefined;
  };
  try {
    // A run each that isn't counted fills the page cache.
    if (row.peer !== undefined) {
      await row.manifold(await start(), image, 0);
      await stop();
      await row.peer(image, engine);
    }
    for (let run = 0; run < row.runs; run++) {
      process.stderr.write(`\r${row.name}: run ${run + 1} of ${row.runs}   `);
      manifold.push(await row.manifold(core ?? (await start()), image, run));
      if (row.prepare === undefined) await stop();
      const theirs = await row.peer?.(image, engine);
      if (theirs !== undefined) peer.push(theirs);
    }
    process.stderr.write('\n');
    await stop();
    return figuresOf(row.name, { manifold, peer, rssMb, loopDelayP99Ms });
  } finally {
    await core?.stop();
  }
}
