import { sha256Digest } from '../../blobSource';
import type { RegistryRepository } from '../../registry/registryRepository';

const never = new AbortController().signal;
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** What a test image is made of. */
export interface TestImage {
  /** In any spelling of the descriptor's fields; `variant` as it shall stand there. */
  readonly platforms: readonly {
    readonly os: string;
    readonly architecture: string;
    readonly variant?: string;
  }[];
  /** Of the index. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Each platform has one, in the index. */
  readonly attestations?: boolean;
  /** Docker's media types in place of OCI's. */
  readonly docker?: boolean;
  /** Size of each platform's only layer in bytes. */
  readonly layerBytes?: number;
  /** Makes the image another one. */
  readonly mark: string;
}

/** What was pushed. */
export interface PushedImage {
  readonly digest: string;
  /** Digests of the platforms' manifests. */
  readonly manifests: readonly string[];
}

/** Pushes an image with an index. Without `layerBytes` its layers are a few bytes, and no archives. */
export async function pushImage(
  repository: RegistryRepository,
  tag: string,
  image: TestImage,
): Promise<PushedImage> {
  const types = image.docker === true ? dockerTypes : ociTypes;
  const blob = async (bytes: Buffer, mediaType: string) => {
    const digest = sha256Digest(bytes);
    const open = async function* () {
      yield bytes;
    };
    await repository.uploadBlob({ digest, size: bytes.length, open }, {}, never);
    return { mediaType, digest, size: bytes.length };
  };
  const document = async (content: object, reference?: string) => {
    const bytes = Buffer.from(JSON.stringify(content), 'utf8');
    const { mediaType } = content as { mediaType: string };
    const digest = await repository.putManifest(
      reference ?? sha256Digest(bytes),
      { bytes, mediaType },
      never,
    );
    return { mediaType, digest: reference === undefined ? digest : sha256Digest(bytes), size: bytes.length };
  };
  const descriptors: object[] = [];
  const attestations: object[] = [];
  const manifests: string[] = [];
  for (const platform of image.platforms) {
    const mark = `${image.mark} ${JSON.stringify(platform)}`;
    const layerContent = Buffer.alloc(Math.max(image.layerBytes ?? 0, mark.length), mark);
    const layer = await blob(layerContent, types.layer);
    const config = Buffer.from(
      JSON.stringify({ ...platform, config: {}, rootfs: { type: 'layers', diff_ids: [] } }),
    );
    const manifest = await document({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: await blob(config, types.config),
      layers: [layer],
    });
    manifests.push(manifest.digest);
    descriptors.push({ ...manifest, platform });
    if (image.attestations !== true) continue;
    const statement = await blob(
      Buffer.from(JSON.stringify({ statement: mark })),
      'application/vnd.in-toto+json',
    );
    const attestation = await document({
      schemaVersion: 2,
      mediaType: ociTypes.manifest,
      config: await blob(Buffer.from('{}'), ociTypes.config),
      layers: [statement],
    });
    attestations.push({
      ...attestation,
      annotations: {
        'vnd.docker.reference.digest': manifest.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
      platform: { architecture: 'unknown', os: 'unknown' },
    });
  }
  const index = {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [...descriptors, ...attestations],
    ...(image.annotations === undefined ? {} : { annotations: image.annotations }),
  };
  return { digest: (await document(index, tag)).digest, manifests };
}

const ociTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: layerType,
};
const dockerTypes = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};
