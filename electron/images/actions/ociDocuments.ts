import { z } from 'zod';
import { documentKind, jsonOf, parseDocument } from '../document';

const text = z.string().nullish();
const texts = z.record(z.string(), z.string()).nullish();
const platformSchema = z.object({
  architecture: z.string().default(''),
  os: z.string().default(''),
  'os.version': text,
  'os.features': z.array(z.string()).nullish(),
  variant: text,
});
const descriptorSchema = z.object({
  mediaType: z.string().default(''),
  digest: z.string().max(512),
  size: z.number().int().nonnegative(),
  urls: z.array(z.string()).nullish(),
  annotations: texts,
  data: text,
  platform: platformSchema.nullish(),
  artifactType: text,
});
const indexSchema = z.object({
  schemaVersion: z.number().default(0),
  mediaType: text,
  artifactType: text,
  manifests: z.array(descriptorSchema).nullish(),
  config: descriptorSchema.nullish(),
  layers: z.array(descriptorSchema).nullish(),
  blobs: z.array(descriptorSchema).nullish(),
  subject: descriptorSchema.nullish(),
  annotations: texts,
});

/** A descriptor with all that the specification has in one (image-spec, descriptor.md). */
export type OciDescriptor = z.infer<typeof descriptorSchema>;
/** What indexes and manifests have between them, artifact manifests with their `blobs` too. */
export type OciDocument = z.infer<typeof indexSchema>;

/**
 * Reads an index or a manifest.
 *
 * @param descriptor what led to it
 * @throws ImageError when it is neither, or both
 */
export function parseOciDocument(
  bytes: Uint8Array,
  descriptor: { readonly digest: string; readonly mediaType?: string },
): { document: OciDocument; isIndex: boolean } {
  const document = parseDocument(indexSchema, bytes, descriptor.digest);
  const isIndex = documentKind(jsonOf(bytes, descriptor.digest), descriptor) === 'index';
  return { document, isIndex };
}

/**
 * The bytes of an index as Go's encoding writes image-spec's types, which is what other tools store: fields in the
 * types' order, empty ones left out, maps sorted, two spaces. So an index that they make is ours too, digest and all.
 */
export function indexBytes(index: {
  readonly mediaType: string;
  readonly artifactType?: string | null | undefined;
  readonly manifests: readonly OciDescriptor[];
  readonly subject?: OciDescriptor | null | undefined;
  readonly annotations?: Readonly<Record<string, string>> | null | undefined;
}): Uint8Array {
  const { mediaType, artifactType, manifests, subject, annotations } = index;
  const fields = object([
    ['schemaVersion', 2],
    ['mediaType', mediaType],
    ['artifactType', artifactType],
    ['manifests', manifests.map(descriptor), 'always'],
    ['subject', subject ? descriptor(subject) : undefined],
    ['annotations', sorted(annotations)],
  ]);
  return Buffer.from(write(fields, '\n'), 'utf8');
}

/** Fields in their order, which a JavaScript object does not keep for names that look like numbers. */
type Fields = ReadonlyMap<string, Json>;
type Json = string | number | Fields | readonly Json[];

function descriptor(it: OciDescriptor): Fields {
  return object([
    ['mediaType', it.mediaType, 'always'],
    ['digest', it.digest],
    ['size', it.size],
    ['urls', it.urls],
    ['annotations', sorted(it.annotations)],
    ['data', it.data],
    ['platform', it.platform ? platform(it.platform) : undefined],
    ['artifactType', it.artifactType],
  ]);
}

function platform(it: NonNullable<OciDescriptor['platform']>): Fields {
  return object([
    ['architecture', it.architecture, 'always'],
    ['os', it.os, 'always'],
    ['os.version', it['os.version']],
    ['os.features', it['os.features']],
    ['variant', it.variant],
  ]);
}

/** Without what Go's `omitempty` leaves out. */
function object(
  fields: readonly (readonly [name: string, value: Json | null | undefined, when?: 'always'])[],
): Fields {
  const kept = new Map<string, Json>();
  for (const [name, value, when] of fields) {
    if (value === undefined || value === null) continue;
    const isEmpty =
      value === '' ||
      (value instanceof Map && value.size === 0) ||
      (Array.isArray(value) && value.length === 0);
    if (!isEmpty || when === 'always') kept.set(name, value);
  }
  return kept;
}

/** Go sorts a map's keys by their bytes. */
function sorted(map: Readonly<Record<string, string>> | null | undefined): Fields {
  return new Map(
    Object.entries(map ?? {}).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  );
}

/** @param margin a line break and the indentation of where the value stands */
function write(value: Json, margin: string): string {
  const inner = `${margin}  `;
  if (typeof value === 'string') {
    // As Go does, so that JSON can stand inside of HTML.
    return JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }
  if (typeof value === 'number') return String(value);
  if (value instanceof Map) {
    const lines = [...(value as Fields)].map(([name, each]) => `${write(name, '')}: ${write(each, inner)}`);
    return `{${inner}${lines.join(`,${inner}`)}${margin}}`;
  }
  const items = (value as readonly Json[]).map((each) => write(each, inner));
  return `[${inner}${items.join(`,${inner}`)}${margin}]`;
}
