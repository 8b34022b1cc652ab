import type { ImageDescriptor } from '../../../shared/contract';
import { formatPlatform, normalizePlatform } from '../../../shared/model/platform';
import { listOf, mapOf, numberOf, objectOf, present, textOf, textsOf } from './loose';

/** image-spec descriptor.md; BuildKit and registries can check these two only. */
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** Whether content of this digest could be checked. */
export function isDigest(digest: string): boolean {
  return digestPattern.test(digest);
}

/**
 * A descriptor (image-spec descriptor.md), also an odd one; undefined for what has no digest. A size that is none is 0.
 */
export function descriptorOf(value: unknown): ImageDescriptor | undefined {
  const members = objectOf(value);
  const digest = textOf(members?.['digest']);
  if (members === undefined || digest === undefined) return undefined;
  const size = numberOf(members['size']) ?? 0;
  const urls = textsOf(members['urls']);
  const annotations = mapOf(members['annotations']);
  return {
    mediaType: textOf(members['mediaType']) ?? '',
    digest,
    size: size < 0 ? 0 : size,
    ...present({
      artifactType: textOf(members['artifactType']),
      annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
      platform: platformOf(members['platform']),
      urls: urls.length === 0 ? undefined : urls,
    }),
  };
}

export function descriptorsOf(value: unknown): ImageDescriptor[] {
  return listOf(value).flatMap((one) => descriptorOf(one) ?? []);
}

/**
 * The canonical spelling of a platform as descriptors and configs have it; undefined for none, and for the
 * `unknown/unknown` that BuildKit gives to attestations.
 */
export function platformOf(value: unknown): string | undefined {
  const members = objectOf(value);
  const [os, architecture] = [textOf(members?.['os']), textOf(members?.['architecture'])];
  if (os === undefined || architecture === undefined || os === 'unknown') return undefined;
  const osFeatures = textsOf(members?.['os.features']);
  return formatPlatform(
    normalizePlatform({
      os,
      architecture,
      ...present({
        variant: textOf(members?.['variant']),
        osVersion: textOf(members?.['os.version']),
        osFeatures: osFeatures.length === 0 ? undefined : osFeatures,
      }),
    }),
  );
}
