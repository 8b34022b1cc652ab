import type {
  ImageConfig,
  ImageDescriptor,
  ImageNode,
  IndexNode,
  ManifestNode,
  Statement,
  StudioErrorData,
  UnknownNode,
} from '../../../shared/contract';
import { StudioError } from '../../../shared/contract';
import { atMost } from '../../system/atMost';
import { imageError } from '../imageError';
import {
  isImageConfigType,
  isIndexType,
  isManifestType,
  isSchema1Type,
  isStatementType,
} from '../mediaTypes';
import type { OpenImage } from '../openImage';
import { documentKind, ImageError, jsonOf, schema1Error } from '../document';
import { maxManifestBytes } from '../resultImage';
import { descriptorOf, descriptorsOf, isDigest } from './descriptor';
import { imageConfigOf } from './imageConfig';
import { listOf, mapOf, memberOf, present, textOf } from './loose';
import { statementOf } from './statement';

/** Documents that are fetched side by side. */
const parallelReads = 8;
const maxConfigBytes = 4 * 1024 * 1024;
/** Indexes inside of indexes; more are made to go on for ever. */
const maxDepth = 16;
const maxChildren = 1000;
const maxNodes = 2000;
/** All documents of a tree together: what is shown several times counts several times. */
const maxTreeBytes = 64 * 1024 * 1024;

/** BuildKit docs/attestations/attestation-storage.md */
const typeAnnotation = 'vnd.docker.reference.type';
const aboutAnnotation = 'vnd.docker.reference.digest';
const attestationArtifact = 'application/vnd.docker.attestation.manifest.v1+json';

/**
 * Reads an image from its index or manifest down to its configs. What is missing, damaged or too much is told at its
 * place; the rest of the tree is there.
 *
 * @throws BlobError, ImageError or StudioError when the very first document can't be had; or the signal's reason
 */
export async function readTree(image: OpenImage, signal: AbortSignal): Promise<ImageNode> {
  const root = await new TreeReader(image, signal).read();
  nameWhatIsAbout(root);
  return root;
}

class TreeReader {
  private readonly limited = atMost(parallelReads);
  private readonly documents = new Map<string, Promise<Uint8Array>>();
  private nodes = 0;
  private bytes = 0;

  constructor(
    private readonly image: OpenImage,
    private readonly signal: AbortSignal,
  ) {}

  async read(): Promise<ImageNode> {
    return this.describe('0', { ...this.image.root }, new Set());
  }

  /** Never throws but for the signal's reason. */
  private async child(id: string, value: unknown, parents: ReadonlySet<string>): Promise<ImageNode> {
    const descriptor = descriptorOf(value);
    if (descriptor === undefined) {
      const nothing = { mediaType: '', digest: '', size: 0 };
      return unknown(id, nothing, new ImageError('The index has an entry without a digest.'));
    }
    try {
      return await this.describe(id, descriptor, parents);
    } catch (error) {
      this.signal.throwIfAborted();
      return unknown(id, descriptor, error);
    }
  }

  private async describe(
    id: string,
    descriptor: ImageDescriptor,
    parents: ReadonlySet<string>,
  ): Promise<ImageNode> {
    const { digest, mediaType } = descriptor;
    if (++this.nodes > maxNodes)
      throw new ImageError(`The image has more than ${maxNodes} manifests; this one is not read.`);
    if (!isDigest(digest))
      throw new ImageError(`“${digest.slice(0, 100)}” is no digest that can be checked.`);
    if (parents.has(digest)) throw new ImageError(`The index ${digest} lists itself.`);
    if (parents.size >= maxDepth)
      throw new ImageError(`Indexes are inside of one another more than ${maxDepth} times.`);
    if (isSchema1Type(mediaType)) throw schema1Error(digest);
    if (mediaType !== '' && !isIndexType(mediaType) && !isManifestType(mediaType))
      return unknown(id, descriptor);

    const bytes = await this.fetch(descriptor, maxManifestBytes);
    const document = jsonOf(bytes, digest);
    const kind = documentKind(document, descriptor);
    const described = {
      ...descriptor,
      mediaType: textOf(memberOf(document, 'mediaType')) ?? mediaType,
      size: descriptor.size || bytes.length,
    };
    const problem = sizeProblem(descriptor, bytes);
    const base = {
      id,
      descriptor: described,
      annotations: mapOf(memberOf(document, 'annotations')),
      ...(problem && { problem }),
    };
    if (kind === 'index') return this.index(base, document, new Set([...parents, digest]));
    if (kind === 'manifest') return this.manifest(base, document);
    return { ...base, type: 'unknown' };
  }

  private async index(base: Base, document: unknown, parents: ReadonlySet<string>): Promise<IndexNode> {
    const listed = listOf(memberOf(document, 'manifests'));
    const children = await Promise.all(
      listed
        .slice(0, maxChildren)
        .map((value, position) => this.child(`${base.id}.${position}`, value, parents)),
    );
    const tooMany =
      listed.length <= maxChildren
        ? undefined
        : problemOf(
            new ImageError(`The index lists ${listed.length} manifests; the first ${maxChildren} are shown.`),
          );
    return { ...base, ...(tooMany && { problem: tooMany }), type: 'index', children };
  }

  private async manifest(base: Base, document: unknown): Promise<ManifestNode> {
    const config = descriptorOf(memberOf(document, 'config'));
    // Artifacts of the specification's release candidates have blobs.
    const layers = descriptorsOf(memberOf(document, 'layers') ?? memberOf(document, 'blobs'));
    const role = roleOf(base.descriptor, document, config, layers);
    const [image, problem] =
      role === 'image' && config !== undefined ? await this.config(config, layers.length) : [];
    const statements = role === 'attestation' ? await this.statements(layers) : [];
    const about =
      base.descriptor.annotations?.[aboutAnnotation] ?? textOf(memberOf(document, 'subject', 'digest'));
    const artifactType = role === 'image' ? undefined : artifactTypeOf(document, config, layers);
    const told = base.problem ?? problem;
    return {
      ...base,
      ...(told && { problem: told }),
      type: 'manifest',
      role,
      ...present({
        platform: role === 'image' ? (base.descriptor.platform ?? image?.platform) : undefined,
        about,
        artifactType,
        config,
        image,
      }),
      layers,
      statements,
      totalSize: [base.descriptor, config, ...layers].reduce((sum, part) => sum + (part?.size ?? 0), 0),
    };
  }

  private async config(
    config: ImageDescriptor,
    layers: number,
  ): Promise<[image?: ImageConfig | undefined, problem?: StudioErrorData | undefined]> {
    try {
      const bytes = await this.fetch(config, maxConfigBytes);
      const image = imageConfigOf(jsonOf(bytes, config.digest), layers);
      const fits = image.diffIds.length === layers;
      const misfit = `The manifest has ${layers} layers, and the config tells of ${image.diffIds.length}.`;
      return [image, sizeProblem(config, bytes) ?? (fits ? undefined : problemOf(new ImageError(misfit)))];
    } catch (error) {
      this.signal.throwIfAborted();
      return [undefined, problemOf(error, 'The config can’t be read: ')];
    }
  }

  private async statements(layers: readonly ImageDescriptor[]): Promise<Statement[]> {
    const told = layers.map((layer) => statementOf(layer));
    return Promise.all(
      told.map(async (statement) => {
        if (statement.predicateType !== '' || statement.descriptor.size > maxConfigBytes) return statement;
        try {
          const bytes = await this.fetch(statement.descriptor, maxConfigBytes);
          return statementOf(statement.descriptor, jsonOf(bytes, statement.descriptor.digest));
        } catch {
          this.signal.throwIfAborted();
          // It tells when it is opened.
          return statement;
        }
      }),
    );
  }

  private async fetch({ digest, size }: ImageDescriptor, maxBytes: number): Promise<Uint8Array> {
    if (!isDigest(digest))
      throw new ImageError(`“${digest.slice(0, 100)}” is no digest that can be checked.`);
    if (size > maxBytes)
      throw new ImageError(`${digest} has ${size} bytes, more than the ${maxBytes} that are read.`);
    let reading = this.documents.get(digest);
    if (reading === undefined) {
      reading = this.limited(() => this.image.read(digest, { maxBytes, signal: this.signal }));
      this.documents.set(digest, reading);
    }
    const bytes = await reading;
    this.bytes += bytes.length;
    if (this.bytes > maxTreeBytes)
      throw new ImageError('The image’s documents are too large together; this one is not shown.');
    return bytes;
  }
}

interface Base {
  id: string;
  descriptor: ImageDescriptor;
  annotations: Record<string, string>;
  problem?: StudioErrorData;
}

function unknown(id: string, descriptor: ImageDescriptor, error?: unknown): UnknownNode {
  const problem = error === undefined ? undefined : problemOf(error);
  return { id, type: 'unknown', descriptor, annotations: {}, ...(problem && { problem }) };
}

function problemOf(error: unknown, prefix = ''): StudioErrorData {
  const known = imageError(error, '');
  const data: StudioErrorData =
    known instanceof StudioError
      ? known.toData()
      : { code: 'internal', message: error instanceof Error ? error.message : String(error) };
  return { ...data, message: `${prefix}${data.message}` };
}

/** What says another size than it has is refused by those who pull it (containerd, skopeo). */
function sizeProblem({ digest, size }: ImageDescriptor, bytes: Uint8Array): StudioErrorData | undefined {
  if (size === 0 || size === bytes.length) return undefined;
  return problemOf(new ImageError(`${digest} has ${bytes.length} bytes, and is said to have ${size}.`));
}

function roleOf(
  descriptor: ImageDescriptor,
  document: unknown,
  config: ImageDescriptor | undefined,
  layers: readonly ImageDescriptor[],
): ManifestNode['role'] {
  if (
    descriptor.annotations?.[typeAnnotation] === 'attestation-manifest' ||
    memberOf(document, 'artifactType') === attestationArtifact ||
    (layers.length > 0 && layers.every(({ mediaType }) => isStatementType(mediaType)))
  )
    return 'attestation';
  if (config === undefined || (config.mediaType !== '' && !isImageConfigType(config.mediaType)))
    return 'artifact';
  // A signature has an image's config too (cosign's signature specification).
  const isFiles = ({ mediaType }: ImageDescriptor): boolean =>
    mediaType === '' || /image\.(?:layer|rootfs)/.test(mediaType);
  return layers.length === 0 || layers.some(isFiles) ? 'image' : 'artifact';
}

/** image-spec manifest.md, "Guidelines for Artifact Usage". */
function artifactTypeOf(
  document: unknown,
  config: ImageDescriptor | undefined,
  layers: readonly ImageDescriptor[],
): string | undefined {
  const told = textOf(memberOf(document, 'artifactType'));
  if (told !== undefined) return told;
  const byConfig = config === undefined || isImageConfigType(config.mediaType) ? '' : config.mediaType;
  return byConfig || layers[0]?.mediaType || undefined;
}

/** What is about an image of the tree is named by that image's platform. */
function nameWhatIsAbout(root: ImageNode): void {
  const platforms = new Map<string, string>();
  const attached: ManifestNode[] = [];
  const visit = (node: ImageNode): void => {
    if (node.type === 'index') node.children.forEach(visit);
    if (node.type !== 'manifest') return;
    if (node.role !== 'image') attached.push(node);
    else if (node.platform !== undefined) platforms.set(node.descriptor.digest, node.platform);
  };
  visit(root);
  for (const node of attached) {
    const platform = platforms.get(node.about ?? '');
    if (platform !== undefined) node.platform = platform;
  }
}
