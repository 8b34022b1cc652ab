import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBuildSettings, type BuildOutput, type BuildRequest } from '../../shared/contract';
import type { Buildx, CoreProcess } from './peers';

/** One thing that is measured. */
export interface BenchRow {
  name: string;
  runs: number;
  /** How long buildx may take before it counts as hung, ms. */
  peerTimeoutMs: number;
  prepare(folder: string): Promise<void>;
  /** Makes the next run start from the same state; not measured. */
  beforeEach(folder: string): Promise<void>;
  manifold(core: CoreProcess, folder: string): Promise<number>;
  buildx(peer: Buildx, folder: string): Promise<number>;
}

const three = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];
const mebibyte = 1024 * 1024;

interface Recipe {
  name: string;
  runs: number;
  dockerfile: string;
  platforms?: string[];
  noCache?: boolean;
  files?: (folder: string) => Promise<void>;
  beforeEach?: (folder: string) => Promise<void>;
  /** Files that a local export has to hold. */
  exported?: number;
  /** Lines that the log has to hold. */
  logLines?: number;
}

function row(recipe: Recipe): BenchRow {
  const context = (folder: string): string => join(folder, 'context');
  const platforms = recipe.platforms ?? ['linux/amd64'];
  const exportTo = async (folder: string): Promise<string> => mkdtemp(join(folder, 'export-'));
  const check = async (target: string): Promise<void> => {
    const found = (await readdir(target, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    if (found.length !== recipe.exported)
      throw new Error(`${found.length} files exported, not ${recipe.exported}`);
    await rm(target, { recursive: true });
  };
  return {
    name: recipe.name,
    runs: recipe.runs,
    peerTimeoutMs: recipe.exported === undefined ? 300_000 : 60_000,
    async prepare(folder) {
      await mkdir(context(folder));
      await writeFile(join(context(folder), 'Dockerfile'), recipe.dockerfile);
      await recipe.files?.(context(folder));
    },
    beforeEach: (folder) => recipe.beforeEach?.(context(folder)) ?? Promise.resolve(),
    async manifold(core, folder) {
      const target = recipe.exported === undefined ? undefined : await exportTo(folder);
      const output: BuildOutput =
        target === undefined ? { type: 'cacheonly' } : { type: 'local', path: target };
      const request: BuildRequest = {
        project: context(folder),
        dockerfile: 'Dockerfile',
        dockerfileText: recipe.dockerfile,
        builder: 'env',
        settings: { ...defaultBuildSettings, platforms, output, noCache: recipe.noCache ?? false },
      };
      const { ms, logLines } = await core.build(request, recipe.logLines !== undefined);
      if (recipe.logLines !== undefined && logLines < recipe.logLines) {
        throw new Error(`${recipe.logLines - logLines} log lines were lost`);
      }
      if (target !== undefined) await check(target);
      return ms;
    },
    async buildx(peer, folder) {
      const target = recipe.exported === undefined ? undefined : await exportTo(folder);
      const ms = await peer.build(
        [
          '--platform',
          platforms.join(','),
          '--output',
          target === undefined ? 'type=cacheonly' : `type=local,dest=${target}`,
          ...(recipe.noCache === true ? ['--no-cache'] : []),
          context(folder),
        ],
        this.peerTimeoutMs,
      );
      if (target !== undefined) await check(target);
      return ms;
    },
  };
}

/** Everything that is measured against buildx, by name. */
export const benchRows: BenchRow[] = [
  row({
    name: 'cached-3-platforms',
    runs: 15,
    platforms: three,
    dockerfile:
      'FROM busybox AS a\nRUN echo one > /1\nRUN echo two > /2\nFROM busybox\nCOPY words /\nCOPY --from=a /1 /2 /\nRUN cat /1 /2\n',
    files: (context) => writeFile(join(context, 'words'), 'some words'),
  }),
  row({
    name: 'context-1gib',
    runs: 5,
    dockerfile: 'FROM scratch\nCOPY big /\n',
    files: (context) => randomFile(join(context, 'big'), 1024),
    // A new time makes the daemon ask for the content again.
    beforeEach: (context) => utimes(join(context, 'big'), new Date(), new Date()),
  }),
  row({
    name: 'context-20k-new',
    runs: 5,
    dockerfile: 'FROM scratch\nCOPY . /\n',
    beforeEach: async (context) => {
      for (const name of await readdir(context))
        if (name !== 'Dockerfile') await rm(join(context, name), { recursive: true });
      await manyFiles(context, 20_000, 4096);
    },
  }),
  row({
    name: 'context-100k-unchanged',
    runs: 7,
    dockerfile: 'FROM scratch\nCOPY . /\n',
    files: (context) => manyFiles(context, 100_000, 16),
  }),
  row({
    name: 'export-20k',
    runs: 20,
    exported: 20_000,
    dockerfile: [
      'FROM busybox AS made',
      `RUN mkdir /out && cd /out && for d in $(seq 1 100); do mkdir $d; for f in $(seq 1 200); do echo "$d $f" > $d/$f; done; done`,
      'FROM scratch',
      'COPY --from=made /out /',
      '',
    ].join('\n'),
  }),
  row({
    name: 'log-1m',
    runs: 5,
    noCache: true,
    logLines: 1_000_000,
    dockerfile: 'FROM busybox\nRUN seq 1 1000000\n',
  }),
];

async function randomFile(path: string, mebibytes: number): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let left = mebibytes; left > 0; left -= 16)
      await file.write(randomBytes(Math.min(left, 16) * mebibyte));
  } finally {
    await file.close();
  }
}

/** `count` files of random content, 500 a folder. */
async function manyFiles(folder: string, count: number, bytes: number): Promise<void> {
  const each = 500;
  for (let part = 0; part * each < count; part++) {
    const at = await mkdtemp(join(folder, `part-${String(part).padStart(4, '0')}-`));
    const content = randomBytes(bytes * each);
    await Promise.all(
      Array.from({ length: Math.min(each, count - part * each) }, (_, index) =>
        writeFile(join(at, `file-${index}`), content.subarray(index * bytes, (index + 1) * bytes)),
      ),
    );
  }
}

/** A folder for one row, on the disk that temporary files are on. */
export function benchFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'manifold-bench-'));
}
