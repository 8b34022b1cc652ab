import type { BuildResult, PlatformResult } from '../../../shared/contract';

/** A part of an image that a build made: something with a digest. Sizes in bytes. */
export type ImagePart =
  | {
      kind: 'index' | 'manifest';
      id: string;
      digest: string;
      mediaType?: string;
      platforms: number;
      layers: number;
      size: number;
    }
  | { kind: 'platform'; id: string; digest: string; platform: string; layers: number; size: number }
  | { kind: 'config'; id: string; digest: string; platform: string }
  | {
      kind: 'layer';
      id: string;
      digest: string;
      platform: string;
      number: number;
      size: number;
      sharedBy: string[];
    };

export interface PlatformParts {
  image: Extract<ImagePart, { kind: 'platform' }>;
  config?: Extract<ImagePart, { kind: 'config' }>;
  layers: Extract<ImagePart, { kind: 'layer' }>[];
}

export interface ImageParts {
  root: Extract<ImagePart, { kind: 'index' | 'manifest' }>;
  platforms: PlatformParts[];
  /** Bytes of all distinct layers: what is stored once however many platforms use it. */
  storedBytes: number;
}

/** The parts of the image that a build made; undefined when it made none. */
export function imageParts(result: BuildResult): ImageParts | undefined {
  const [first] = result.platforms;
  const digest = result.digest ?? (result.platforms.length === 1 ? first?.manifestDigest : undefined);
  if (first === undefined || digest === undefined) return undefined;
  const users = layerUsers(result.platforms);
  const layers = new Map(
    result.platforms.flatMap((one) => one.layers.map((layer) => [layer.digest, layer.size])),
  );
  return {
    root: {
      kind: result.platforms.length > 1 || digest !== first.manifestDigest ? 'index' : 'manifest',
      id: 'root',
      digest,
      ...(result.mediaType === undefined ? {} : { mediaType: result.mediaType }),
      platforms: result.platforms.length,
      layers: layers.size,
      size: result.platforms.reduce((sum, one) => sum + one.size, 0),
    },
    platforms: result.platforms.map((one) => platformParts(one, users)),
    storedBytes: [...layers.values()].reduce((sum, size) => sum + size, 0),
  };
}

function platformParts(result: PlatformResult, users: ReadonlyMap<string, string[]>): PlatformParts {
  const { platform, configDigest } = result;
  return {
    image: {
      kind: 'platform',
      id: platform,
      digest: result.manifestDigest,
      platform,
      layers: result.layers.length,
      size: result.size,
    },
    ...(configDigest === undefined
      ? {}
      : { config: { kind: 'config' as const, id: `${platform} config`, digest: configDigest, platform } }),
    layers: result.layers.map((layer, index) => ({
      kind: 'layer',
      id: `${platform} ${index}`,
      digest: layer.digest,
      platform,
      number: index + 1,
      size: layer.size,
      sharedBy: users.get(layer.digest) ?? [platform],
    })),
  };
}

/** Layer digest -> the platforms that have it. */
function layerUsers(platforms: readonly PlatformResult[]): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { platform, layers } of platforms) {
    for (const digest of new Set(layers.map((layer) => layer.digest))) {
      users.set(digest, [...(users.get(digest) ?? []), platform]);
    }
  }
  return users;
}

/** Twelve digits of a digest, as tools print it. */
export function shortDigest(digest: string): string {
  return digest.replace(/^[^:]*:/, '').slice(0, 12);
}

/** All parts in the order of the tree. */
export function allParts(image: ImageParts): ImagePart[] {
  return [
    image.root,
    ...image.platforms.flatMap(({ image: platform, config, layers }) => [
      platform,
      ...(config === undefined ? [] : [config]),
      ...layers,
    ]),
  ];
}
