import type { TFunction } from 'i18next';
import {
  Box,
  Braces,
  FileBadge,
  FileQuestion,
  FileText,
  Layers,
  ShieldCheck,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { ImageNode, ManifestNode, Statement } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { cleanInstruction } from '../../../../shared/model/imageComparisonText';
import { coreText } from '../../../locales/core';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import type { TreeNode } from '../../../ui/Tree';
import { allNodes, imageNames, innerParts, nodePart, platformImages, shortDigest } from '../imageParts';
import type { ImagePart } from '../imageParts';
import styles from './Tree.module.css';

const icon = { size: 14, strokeWidth: 1.5, 'aria-hidden': true, className: styles.icon } as const;

/** What the tree "Manifest" shows of an image. */
export function treeNodes(root: ImageNode, t: TFunction<'images'>): TreeNode[] {
  const names = partNames(root, t);
  const node = (one: ImageNode): TreeNode => {
    const part = nodePart(one);
    const children =
      one.type === 'index' ? one.children.map(node) : innerParts(one).map((inner) => partNode(inner));
    return {
      ...partNode(part),
      ...(children.length === 0 ? {} : { children }),
      ...(one.problem === undefined
        ? {}
        : {
            below: (
              <span className={styles.problem}>
                <TriangleAlert size={12} strokeWidth={1.5} aria-hidden="true" />
                {coreText(one.problem.message)}
              </span>
            ),
          }),
    };
  };
  const partNode = (part: ImagePart): TreeNode => ({
    id: part.id,
    name: partName(part, t, names),
    icon: partIcon(part),
    beside: <Beside part={part} names={names} />,
  });
  return [node(root)];
}

/** Ids of what is unfolded at first: the indexes, and the first platforms, as long as all of it can be overlooked. */
export function unfoldedAtFirst(root: ImageNode): string[] {
  const images = platformImages(root);
  const attestations = root.type === 'index' ? root.children.filter(isAttestation) : [];
  const indexes = allNodes(root).filter(({ type }) => type === 'index');
  const shown = images.length <= manyPlatforms ? images : [];
  return [
    ...indexes.map(({ id }) => id),
    ...shown.map(({ id }) => id),
    ...(images.length <= 2 ? attestations.map(({ id }) => id) : []),
  ];
}

const manyPlatforms = 6;

const isAttestation = (node: ImageNode): boolean => node.type === 'manifest' && node.role === 'attestation';

/** What the parts of an image are named after. */
interface PartNames {
  /** The images' platforms, by the digest: for attestations about them. */
  platforms: ReadonlyMap<string, string>;
  /** {@link imageNames}. */
  images: ReadonlyMap<string, string>;
}

/** What {@link partName} needs to know of the whole image. */
export function partNames(root: ImageNode, t: TFunction<'images'>): PartNames {
  const platforms = platformImages(root).map(({ descriptor, platform }): [string, string] => [
    descriptor.digest,
    platform ?? t('noPlatform'),
  ]);
  return { images: imageNames(root), platforms: new Map(platforms) };
}

/** What a part is called, in the tree and over the details; `names` are {@link partNames}. */
export function partName(part: ImagePart, t: TFunction<'images'>, names: PartNames): string {
  switch (part.kind) {
    case 'index': {
      const name = names.images.get(part.id);
      return name === undefined ? t('index') : t('indexNamed', { name });
    }
    case 'unknown':
      return part.descriptor.artifactType ?? part.descriptor.mediaType;
    case 'manifest':
      return manifestName(part.node, t, names);
    case 'config':
      return t('config');
    case 'layer': {
      const text = part.step === undefined ? undefined : cleanInstruction(part.step.createdBy);
      const title = part.descriptor.annotations?.['org.opencontainers.image.title'];
      return t('layerNamed', { number: part.layer + 1, what: text ?? title ?? part.descriptor.mediaType });
    }
    case 'statement':
      return statementName(part.statement, t);
    case 'referrer':
      return part.descriptor.artifactType ?? part.descriptor.mediaType;
  }
}

function manifestName(node: ManifestNode, t: TFunction<'images'>, { platforms, images }: PartNames): string {
  const { role, about, artifactType, descriptor } = node;
  const name = images.get(node.id);
  const withName = (platform: string): string =>
    name === undefined ? platform : t('platformNamed', { platform, name });
  switch (role) {
    case 'image':
      return withName(node.platform ?? t('noPlatform'));
    case 'attestation': {
      const subject =
        node.platform ?? platforms.get(about ?? '') ?? (about === undefined ? undefined : shortDigest(about));
      return subject === undefined ? t('attestation') : t('attestationFor', { subject: withName(subject) });
    }
    case 'artifact':
      return artifactType ?? descriptor.artifactType ?? t('artifact');
  }
}

/** As people call it: its kind and the version of its format, as far as its predicate tells it. */
function statementName({ kind, predicateType }: Statement, t: TFunction<'images'>): string {
  switch (kind) {
    case 'provenance': {
      const version = /slsa\.dev\/provenance\/(v[\d.]+)/.exec(predicateType)?.[1];
      return version === undefined ? t('provenance') : t('provenanceOf', { version });
    }
    case 'sbom': {
      const name = /spdx/i.test(predicateType)
        ? 'SPDX'
        : /cyclonedx/i.test(predicateType)
          ? 'CycloneDX'
          : undefined;
      const version = /\/v?(\d+\.\d+)$/.exec(predicateType)?.[1];
      return name === undefined
        ? t('sbom')
        : t('sbomOf', { format: [name, version].filter(Boolean).join(' ') });
    }
    case 'other':
      return predicateType;
  }
}

function partIcon(part: ImagePart): ReactNode {
  switch (part.kind) {
    case 'index':
      return <Layers {...icon} />;
    case 'manifest':
      if (part.node.role === 'image') return <PlatformGlyph platform={part.node.platform ?? ''} />;
      return part.node.role === 'attestation' ? <ShieldCheck {...icon} /> : <FileBadge {...icon} />;
    case 'config':
      return <Braces {...icon} />;
    case 'layer':
      return <Box {...icon} />;
    case 'statement':
      return <FileText {...icon} />;
    case 'referrer':
      return <FileBadge {...icon} />;
    case 'unknown':
      return <FileQuestion {...icon} />;
  }
}

function Beside({ part, names }: { part: ImagePart; names: PartNames }) {
  const isImage = part.kind === 'manifest' && part.node.role === 'image';
  // Its name needs the room, and nobody looks for the size.
  if (part.kind === 'manifest' && part.node.role === 'attestation') return null;
  const size = isImage ? part.node.totalSize : part.descriptor.size;
  return (
    <>
      {(isImage || part.kind === 'index') && !names.images.has(part.id) && (
        <span className={styles.digest}>{shortDigest(part.descriptor.digest)}</span>
      )}
      <span className={styles.size}>{formatBytes(size)}</span>
    </>
  );
}
