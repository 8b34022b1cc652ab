import type {
  ImageConfig,
  ImageDescriptor,
  ImageDocument,
  ImageNode,
  IndexNode,
  ManifestNode,
  Provenance,
  Sbom,
} from '../../shared/contract';

/** A digest that is easy to tell apart: the given hexadecimal digits again and again. */
export function sampleDigest(digits: string): string {
  return `sha256:${digits.repeat(64).slice(0, 64)}`;
}

export function sampleDescriptor(patch: Partial<ImageDescriptor> = {}): ImageDescriptor {
  return {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: sampleDigest('0'),
    size: 1000,
    ...patch,
  };
}

export function sampleConfig(patch: Partial<ImageConfig> = {}): ImageConfig {
  return {
    platform: 'linux/amd64',
    created: '2024-09-17T02:00:00Z',
    env: ['PATH=/usr/bin:/bin', 'MODE=a=b'],
    entrypoint: ['/app/hello'],
    command: ['--port', '80'],
    user: 'app',
    workingDir: '/app',
    exposedPorts: ['80/tcp'],
    volumes: ['/data'],
    labels: { 'org.opencontainers.image.title': 'hello' },
    stopSignal: 'SIGTERM',
    onBuild: [],
    diffIds: [sampleDigest('d1'), sampleDigest('d2'), sampleDigest('d3')],
    history: [
      { createdBy: 'ADD alpine-minirootfs.tar.gz / # buildkit', created: '2024-09-06T00:00:00Z', layer: 0 },
      { createdBy: 'CMD ["/bin/sh"]', comment: 'buildkit.dockerfile.v0' },
      { createdBy: 'WORKDIR /app', layer: 1 },
      { createdBy: 'COPY /app/hello /app/hello # buildkit', layer: 2 },
    ],
    ...patch,
  };
}

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** An image of three layers, the second of which all sample images share. `digits` tell its digests apart. */
export function sampleManifest(
  platform: string,
  digits: string,
  patch: Partial<ManifestNode> = {},
): ManifestNode {
  const layers = [
    sampleDescriptor({ mediaType: layerType, digest: sampleDigest(`${digits}1`), size: 3_600_000 }),
    sampleDescriptor({ mediaType: layerType, digest: sampleDigest('5a'), size: 93 }),
    sampleDescriptor({ mediaType: layerType, digest: sampleDigest(`${digits}3`), size: 1_100_000 }),
  ];
  const config = sampleDescriptor({
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: sampleDigest(`${digits}c`),
    size: 1700,
  });
  return {
    type: 'manifest',
    id: `m-${platform}`,
    descriptor: sampleDescriptor({ digest: sampleDigest(digits), platform }),
    annotations: {},
    role: 'image',
    platform,
    config,
    layers,
    image: sampleConfig({ platform }),
    statements: [],
    totalSize: 4_702_793,
    ...patch,
  };
}

/** What BuildKit attaches to an image: an SBOM and provenance. */
export function sampleAttestation(about: ManifestNode, digits: string): ManifestNode {
  const mediaType = 'application/vnd.in-toto+json';
  const sbom = sampleDescriptor({ mediaType, digest: sampleDigest(`${digits}b`), size: 38_400 });
  const provenance = sampleDescriptor({ mediaType, digest: sampleDigest(`${digits}f`), size: 11_200 });
  return {
    type: 'manifest',
    id: `att-${about.platform}`,
    descriptor: sampleDescriptor({
      digest: sampleDigest(digits),
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': about.descriptor.digest,
      },
    }),
    annotations: {},
    role: 'attestation',
    ...(about.platform === undefined ? {} : { platform: about.platform }),
    about: about.descriptor.digest,
    layers: [sbom, provenance],
    statements: [
      { kind: 'sbom', predicateType: 'https://spdx.dev/Document', descriptor: sbom },
      { kind: 'provenance', predicateType: 'https://slsa.dev/provenance/v1', descriptor: provenance },
    ],
    totalSize: 50_000,
  };
}

export function sampleIndex(children: ImageNode[], patch: Partial<IndexNode> = {}): IndexNode {
  return {
    type: 'index',
    id: 'root',
    descriptor: sampleDescriptor({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: sampleDigest('9f'),
      size: 2400,
    }),
    annotations: { 'org.opencontainers.image.ref.name': '1.4.0' },
    children,
    ...patch,
  };
}

const amd64 = sampleManifest('linux/amd64', 'a1');
const arm64 = sampleManifest('linux/arm64', 'b1');
const armV7 = sampleManifest('linux/arm/v7', 'c1');

/** An image for three platforms, each with an attestation, from a registry that wanted a login. */
export function sampleImage(patch: Partial<ImageDocument> = {}): ImageDocument {
  return {
    source: { kind: 'registry', reference: 'ghcr.io/acme/hello:1.4.0' },
    name: 'ghcr.io/acme/hello:1.4.0',
    pinned: `ghcr.io/acme/hello@${sampleDigest('9f')}`,
    root: sampleIndex([
      amd64,
      arm64,
      armV7,
      sampleAttestation(amd64, 'e1'),
      sampleAttestation(arm64, 'e2'),
      sampleAttestation(armV7, 'e3'),
    ]),
    registry: {
      domain: 'ghcr.io',
      user: 'acme',
      rateLimit: { limit: 100, remaining: 37, windowSeconds: 21_600 },
    },
    ...patch,
  };
}

export function sampleProvenance(patch: Partial<Provenance> = {}): Provenance {
  return {
    version: '1',
    builderId: 'https://github.com/acme/hello/actions/runs/7',
    buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
    started: '2024-09-17T02:00:00Z',
    finished: '2024-09-17T02:01:48Z',
    complete: true,
    source: { uri: 'https://github.com/acme/hello.git', revision: 'c0ffee', entryPoint: 'Dockerfile' },
    frontend: 'dockerfile.v0',
    target: 'final',
    buildArgs: { VERSION: '1.4.0' },
    labels: {},
    parameters: { 'build-arg:BUILDKIT_SYNTAX': 'docker/dockerfile:1' },
    secrets: [{ id: 'token', optional: true }],
    ssh: [{ id: 'default', optional: false }],
    materials: [{ uri: 'pkg:docker/alpine@3.20', digests: { sha256: 'be'.repeat(32) } }],
    layerLines: [{ digest: sampleDigest('5a'), file: 'Dockerfile', startLine: 9, endLine: 9 }],
    ...patch,
  };
}

export function sampleSbom(patch: Partial<Sbom> = {}): Sbom {
  return {
    format: 'SPDX-2.3',
    created: '2024-09-17T02:01:00Z',
    tools: ['syft 1.11'],
    packages: [
      {
        name: 'musl',
        version: '1.2.5-r0',
        type: 'apk',
        license: 'MIT',
        locations: ['/lib/apk/db/installed'],
      },
      {
        name: 'busybox',
        version: '1.36.1',
        type: 'apk',
        license: 'GPL-2.0-only',
        locations: ['/bin/busybox'],
      },
      { name: 'golang.org/x/net', version: 'v0.28.0', type: 'golang', locations: ['/app/hello'] },
    ],
    ...patch,
  };
}
