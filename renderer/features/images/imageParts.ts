import type {
  HistoryStep,
  ImageDescriptor,
  ImageNode,
  IndexNode,
  ManifestNode,
  Statement,
  UnknownNode,
} from '../../../shared/contract';

/** A part of an image: what a row of the tree "Manifest" stands for. `id` is unique in the image. */
export type ImagePart = { id: string; descriptor: ImageDescriptor } & (
  | { kind: 'index'; node: IndexNode }
  | { kind: 'manifest'; node: ManifestNode }
  | { kind: 'unknown'; node: UnknownNode }
  | { kind: 'config'; node: ManifestNode }
  /** `layer` is the position in the manifest, from 0; `step` the step of the history that made it. */
  | { kind: 'layer'; node: ManifestNode; layer: number; step: HistoryStep | undefined }
  | { kind: 'statement'; node: ManifestNode; statement: Statement }
  /** A manifest that says to be about `subject`, such as a signature; it stands outside of the tree. */
  | { kind: 'referrer'; subject: string }
);

export const configId = (node: ManifestNode): string => `${node.id} config`;
export const layerId = (node: ManifestNode, layer: number): string => `${node.id} layer ${layer}`;
export const statementId = (node: ManifestNode, statement: number): string =>
  `${node.id} statement ${statement}`;

/** The node itself as a part. */
export function nodePart(node: ImageNode): ImagePart {
  const { id, descriptor } = node;
  if (node.type === 'index') return { kind: 'index', id, descriptor, node };
  return node.type === 'manifest'
    ? { kind: 'manifest', id, descriptor, node }
    : { kind: 'unknown', id, descriptor, node };
}

/** What is inside of a node, but for the manifests of an index. An attestation's layers are its statements. */
export function innerParts(node: ImageNode): ImagePart[] {
  if (node.type !== 'manifest') return [];
  const { config, layers, statements, role } = node;
  const head: ImagePart[] =
    config === undefined ? [] : [{ kind: 'config', id: configId(node), descriptor: config, node }];
  const told = new Set(statements.map(({ descriptor }) => descriptor.digest));
  const rest = layers.flatMap((descriptor, layer): ImagePart[] =>
    role === 'attestation' && told.has(descriptor.digest)
      ? []
      : [
          {
            kind: 'layer',
            id: layerId(node, layer),
            descriptor,
            node,
            layer,
            step: stepOfLayer(node, layer),
          },
        ],
  );
  return [
    ...head,
    ...rest,
    ...statements.map((statement, at): ImagePart => ({
      kind: 'statement',
      id: statementId(node, at),
      descriptor: statement.descriptor,
      node,
      statement,
    })),
  ];
}

/** The step of the history that made a layer, where the history tells. */
export function stepOfLayer(node: ManifestNode, layer: number): HistoryStep | undefined {
  return node.image?.history.find((step) => step.layer === layer);
}

/** A node and all below it, in the order of the tree. */
export function allNodes(root: ImageNode): ImageNode[] {
  return root.type === 'index' ? [root, ...root.children.flatMap(allNodes)] : [root];
}

/** The part of that id; undefined when the image has none (any more). */
export function findPart(root: ImageNode, id: string): ImagePart | undefined {
  for (const node of allNodes(root)) {
    if (node.id === id) return nodePart(node);
    const inner = id.startsWith(`${node.id} `) ? innerParts(node).find((part) => part.id === id) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The manifests of images, one a platform, in the order of the index. */
export function platformImages(root: ImageNode): ManifestNode[] {
  return allNodes(root).filter(
    (node): node is ManifestNode => node.type === 'manifest' && node.role === 'image',
  );
}

/** What tells the name of an image in a list, of several tools; image-spec annotations.md and containerd's. */
const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/**
 * What the images in a list such as a layout's are called, by the ids of the list's own members, attestations about them
 * among these: as their annotations say, or by their digest. Empty where no platform comes twice, as the platforms then say which is meant.
 */
export function imageNames(root: ImageNode): Map<string, string> {
  const platforms = platformImages(root).map(({ platform }) => platform);
  if (root.type !== 'index' || new Set(platforms).size === platforms.length) return new Map();
  const members = root.children.filter((node) => platformImages(node).length > 0);
  const told = members.map(({ descriptor: { annotations = {}, digest } }) => ({
    name: nameAnnotations.map((key) => annotations[key]).find((name) => name !== undefined && name !== ''),
    digest: shortDigest(digest),
  }));
  const names = members.map(({ id }, index): [string, string] => {
    const { name, digest = '' } = told[index] ?? {};
    if (name === undefined) return [id, digest];
    return [id, told.filter((other) => other.name === name).length === 1 ? name : `${name} ${digest}`];
  });
  const attestations = root.children.flatMap((node): [string, string][] => {
    if (node.type !== 'manifest' || node.about === undefined) return [];
    const at = members.findIndex(({ descriptor }) => descriptor.digest === node.about);
    return at < 0 ? [] : [[node.id, names[at]?.[1] ?? '']];
  });
  return new Map([...names, ...attestations]);
}

/** The image that a part belongs to or is about; of an index, the first one in it. */
export function imageOfPart(root: ImageNode, part: ImagePart): ManifestNode | undefined {
  switch (part.kind) {
    case 'index':
      return platformImages(part.node)[0];
    case 'unknown':
      return undefined;
    case 'referrer':
      return platformImages(root).find((image) => image.descriptor.digest === part.subject);
    case 'manifest':
    case 'config':
    case 'layer':
    case 'statement': {
      const { node } = part;
      if (node.role === 'image') return node;
      return platformImages(root).find((image) => image.descriptor.digest === node.about);
    }
  }
}

/** What is attested about an image, of one kind. */
export function statementsAbout(root: ImageNode, image: ManifestNode, kind: Statement['kind']): Statement[] {
  return allNodes(root).flatMap((node) =>
    node.type === 'manifest' && node.role === 'attestation' && node.about === image.descriptor.digest
      ? node.statements.filter((statement) => statement.kind === kind)
      : [],
  );
}

/** How many different platforms images are for; those without a platform count each. */
export function countPlatforms(images: readonly ManifestNode[]): number {
  const named = images.flatMap(({ platform }) => platform ?? []);
  return new Set(named).size + images.length - named.length;
}

export interface ImageTotals {
  /** {@link countPlatforms} */
  platforms: number;
  /** Index members are manifests too; the indexes themselves are not counted. */
  manifests: number;
  /** Bytes of everything that is stored, each digest once. Foreign layers are stored elsewhere. */
  storedBytes: number;
}

/** Counts what an image is made of. */
export function imageTotals(root: ImageNode): ImageTotals {
  const sizes = new Map<string, number>();
  const nodes = allNodes(root);
  for (const node of nodes) {
    sizes.set(node.descriptor.digest, node.descriptor.size);
    if (node.type !== 'manifest') continue;
    const { config, layers } = node;
    for (const descriptor of config === undefined ? layers : [config, ...layers]) {
      if ((descriptor.urls?.length ?? 0) === 0) sizes.set(descriptor.digest, descriptor.size);
    }
  }
  return {
    platforms: countPlatforms(platformImages(root)),
    manifests: nodes.filter((node) => node.type === 'manifest').length,
    storedBytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
  };
}

/** Twelve digits of a digest, as tools print it. */
export function shortDigest(digest: string): string {
  return digest.replace(/^[^:]*:/, '').slice(0, 12);
}
