import type { BuilderNode, BuildSettings, NodeFeatures, PreflightFinding } from '../../shared/contract';
import { parseCacheLocation } from './cacheLocation';
import type { NodeShare } from './nodeShares';
import { tellsOnceStarted } from './wakeNodes';

const containerdStore =
  'turn on the containerd image store of its Docker Engine, or choose a builder with another driver';

/**
 * Whether a node's images are pushed by its Docker Engine: the BuildKit of one with the classic image store can't (buildx
 * driver/docker, `DirectPush`).
 */
export function enginePushes({ features }: BuilderNode): boolean {
  return features?.load === 'store' && !features.multiPlatform;
}

/**
 * What a build asks of its nodes that they are known not to be able to do. buildx tells the same (build/opt.go).
 *
 * @param shares which node builds what
 */
export function checkFeatures(settings: BuildSettings, shares: readonly NodeShare[]): PreflightFinding[] {
  const findings = shares.flatMap((share) => {
    const { features } = share.node;
    return features === undefined ? [] : checkNode(settings, share, features);
  });
  return [
    ...findings,
    ...checkPush(settings, shares),
    ...checkLoad(settings, shares),
    ...checkSharedCache(settings, shares),
  ];
}

function error(field: string, message: string, hint: string): PreflightFinding {
  return { severity: 'error', field, message, hint };
}

function checkNode(
  { output, sbom, cacheTo }: BuildSettings,
  { node: { name }, platforms }: NodeShare,
  { multiPlatform, ociExport, dockerExport, cacheExport }: NodeFeatures,
): PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  if (!multiPlatform && platforms.length > 1 && output.type !== 'load') {
    findings.push(
      error('platforms', `${name} builds one platform at a time.`, `Tick one platform, ${containerdStore}.`),
    );
  }
  if (!multiPlatform && sbom) {
    findings.push(
      error('sbom', `${name} can’t attach an SBOM to an image.`, `Leave the SBOM out, ${containerdStore}.`),
    );
  }
  if (!ociExport && output.type === 'oci') {
    findings.push(
      error('output', `${name} can’t write OCI archives.`, `Write a Docker archive, ${containerdStore}.`),
    );
  }
  if (!dockerExport && output.type === 'docker') {
    findings.push(
      error(
        'output',
        `${name} can’t write Docker archives.`,
        'Load the image into Docker, or choose a builder with another driver.',
      ),
    );
  }
  if (!cacheExport && writesCache(cacheTo)) {
    findings.push(
      error(
        'cacheTo',
        `${name} can only write its cache into the image.`,
        `Use type=inline, ${containerdStore}.`,
      ),
    );
  }
  return findings;
}

/** What several nodes push is joined by its digests, and an engine pushes by tags only. */
function checkPush({ output }: BuildSettings, shares: readonly NodeShare[]): PreflightFinding[] {
  const node = shares.map((share) => share.node).find(enginePushes);
  if (output.type !== 'push' || shares.length < 2 || node === undefined) return [];
  return [
    error(
      'output',
      `${node.name} can’t push a part of an image.`,
      `Tick platforms that ${node.name} builds alone, ${containerdStore}.`,
    ),
  ];
}

function checkLoad({ output }: BuildSettings, shares: readonly NodeShare[]): PreflightFinding[] {
  if (output.type !== 'load') return [];
  for (const { node } of shares) {
    const { features } = node;
    // A node is started before the build is planned, and tells then.
    if (tellsOnceStarted(node)) continue;
    if (features !== undefined && features.load !== 'none') continue;
    return [
      error(
        'output',
        `${node.name} can’t load images into a Docker Engine.`,
        'Write a Docker archive and load it with docker load, or push the image.',
      ),
    ];
  }
  const count = shares.reduce((sum, { platforms }) => sum + platforms.length, 0);
  const single = shares.find(({ node }) => node.features?.loadMultiPlatform === false);
  if (count <= 1 || single === undefined) return [];
  return [
    error(
      'output',
      `The Docker Engine of ${single.node.name} takes images of one platform only.`,
      'Tick one platform, turn on the engine’s containerd image store, or push the image to a registry.',
    ),
  ];
}

/** Each node writes its own cache, so of one place the last one's remains. */
function checkSharedCache({ cacheTo }: BuildSettings, shares: readonly NodeShare[]): PreflightFinding[] {
  if (shares.length < 2 || !writesCache(cacheTo)) return [];
  return [
    {
      severity: 'warning',
      field: 'cacheTo',
      message:
        'Several nodes build and write their cache to the same place, where only the last one’s stays.',
      hint: 'Use type=inline, or build the platforms one by one with a place for each.',
    },
  ];
}

/** An inline cache is part of the image. */
function writesCache(cacheTo: readonly string[]): boolean {
  return cacheTo.some((text) => {
    const location = parseCacheLocation(text, 'to');
    return location.ok && location.value.type !== 'inline';
  });
}
