import type {
  FileCell,
  FileRow,
  FileTreeSummary,
  HistoryStep,
  ImageConfig,
  ManifestNode,
} from '../../shared/contract';
import type { ImageColumn } from '../../shared/model/imageComparison';

/** A step of a sample image: a layer when it has a digest. */
export interface SampleStep {
  text: string;
  digest?: string;
  size?: number;
  /** Of the Dockerfile. */
  line?: number;
}

/** An image for a platform, made by these steps. */
export function sampleColumn(
  platform: string,
  steps: readonly SampleStep[],
  config: Partial<ImageConfig> = {},
  patch: Partial<ImageColumn> = {},
): ImageColumn {
  const layers = steps.filter(({ digest }) => digest !== undefined);
  let layer = 0;
  const history = steps.map(({ text, digest }): HistoryStep => ({
    createdBy: text,
    ...(digest === undefined ? {} : { layer: layer++ }),
  }));
  const manifest: ManifestNode = {
    id: platform,
    type: 'manifest',
    role: 'image',
    platform,
    annotations: {},
    descriptor: {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${platform}`,
      size: 1,
    },
    layers: layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: digest ?? '',
      size: size ?? 1000,
    })),
    image: {
      env: [],
      exposedPorts: [],
      volumes: [],
      labels: {},
      onBuild: [],
      diffIds: layers.map(({ digest }) => `diff-${digest}`),
      history,
      ...config,
    },
    statements: [],
    totalSize: 0,
  };
  const layerLines = steps.flatMap(({ digest, line }) =>
    digest === undefined || line === undefined
      ? []
      : [{ digest, file: 'Dockerfile', startLine: line, endLine: line }],
  );
  return {
    id: platform,
    source: { kind: 'registry', reference: 'ghcr.io/acme/hello:1' },
    imageName: 'ghcr.io/acme/hello:1',
    platform,
    manifest,
    ...(layerLines.length === 0 ? {} : { layerLines }),
    ...patch,
  };
}

export function sampleCell(patch: Partial<FileCell> = {}): FileCell {
  return {
    kind: 'file',
    size: 7,
    mode: 0o644,
    uid: 0,
    gid: 0,
    modifiedMs: 1_700_000_000_000,
    layer: 0,
    ...patch,
  };
}

/** A path that is the same in all columns, unless the patch says something else. */
export function sampleRow(path: string, patch: Partial<FileRow> = {}): FileRow {
  const parts = path.split('/');
  return {
    path,
    name: parts.at(-1) ?? '',
    id: path,
    depth: parts.length - 1,
    isDirectory: false,
    expanded: false,
    cells: [sampleCell(), sampleCell()],
    comparison: 'identical',
    differences: [],
    differing: 0,
    position: 1,
    siblings: 1,
    ...patch,
  };
}

export function sampleSummary(patch: Partial<FileTreeSummary> = {}, columns = 2): FileTreeSummary {
  return {
    paths: 412,
    differs: 31,
    only: 9,
    columns: Array.from({ length: columns }, () => ({
      paths: 400,
      size: 7_800_000,
      wrongMachine: [],
      biggest: [],
      wastedBytes: 0,
      wasted: [],
      warnings: [],
    })),
    ...patch,
  };
}
