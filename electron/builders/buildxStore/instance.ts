import { z } from 'zod';
import { formatPlatform, normalizePlatform, parsePlatform } from '../../../shared/model/platform';
import type { StoredBuilder, StoredNode } from '../store';

/** What Manifold reads of a node; everything else in it belongs to buildx and is kept. */
const platformSchema = z.looseObject({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  'os.version': z.string().optional(),
});
const nodeSchema = z.looseObject({
  Name: z.string(),
  Endpoint: z.string().default(''),
  Platforms: z.array(platformSchema).nullish(),
  DriverOpts: z.record(z.string(), z.unknown()).nullish(),
  Flags: z.array(z.string()).nullish(),
  /** Go writes bytes as base64. */
  Files: z.record(z.string(), z.string()).nullish(),
});

/** The content of `instances/<name>`: the builder as buildx writes it (buildx store/nodegroup.go). */
const instanceSchema = z.looseObject({
  Name: z.string(),
  Driver: z.string(),
  Nodes: z.array(nodeSchema).nullish(),
});
export type Instance = z.infer<typeof instanceSchema>;
type InstanceNode = z.infer<typeof nodeSchema>;

const namePattern = /^[a-zA-Z][a-zA-Z0-9._-]*$/;

/** The name of a builder's file, or undefined for what is no builder's name (buildx store/util.go). */
export function instanceFileName(name: string): string | undefined {
  return namePattern.test(name) ? name.toLowerCase() : undefined;
}

/** @throws SyntaxError or ZodError when the text is no instance */
export function parseInstance(text: string): Instance {
  return instanceSchema.parse(JSON.parse(text));
}

/**
 * The builder in an instance. A node's endpoint is its option `address`. The file's name is what buildx finds a builder
 * by, so it wins over a name inside that is another one.
 */
export function builderOf(fileName: string, { Name, Driver, Nodes }: Instance): StoredBuilder {
  return {
    name: Name.toLowerCase() === fileName ? Name : fileName,
    driver: Driver,
    nodes: (Nodes ?? []).map((node) => ({
      name: node.Name,
      endpoint: node.Endpoint,
      options: stringsOf(node.DriverOpts),
      platforms: (node.Platforms ?? []).map(platformName),
      flags: node.Flags ?? [],
      files: node.Files ?? {},
    })),
  };
}

/** The instance that holds the builder: a new one, or the one it was read from with everything that is not changed. */
export function instanceOf(builder: StoredBuilder, before?: Instance): Instance {
  const unused = [...(before?.Nodes ?? [])];
  const takeNode = (name: string): InstanceNode | undefined => {
    const index = unused.findIndex((node) => node.Name === name);
    return index < 0 ? undefined : unused.splice(index, 1)[0];
  };
  return {
    ...before,
    Name: before?.Name ?? builder.name,
    Driver: builder.driver,
    Nodes: builder.nodes.map((node) => nodeOf(node, takeNode(node.name))),
    Dynamic: before?.['Dynamic'] ?? false,
  };
}

function nodeOf(node: StoredNode, before: InstanceNode | undefined): InstanceNode {
  const others = Object.entries(before?.DriverOpts ?? {}).filter(([, value]) => typeof value !== 'string');
  const options = { ...Object.fromEntries(others), ...node.options };
  const platforms = instancePlatforms(node.platforms, before?.Platforms ?? []);
  return {
    ...(before ?? { Name: '', Endpoint: '', Platforms: null, DriverOpts: null, Flags: null, Files: null }),
    Name: node.name,
    Endpoint: node.endpoint,
    ...unlessNone('Platforms', platforms, platforms.length, before),
    ...unlessNone('DriverOpts', options, Object.keys(options).length, before),
    ...unlessNone('Flags', node.flags, node.flags.length, before),
    ...unlessNone('Files', node.files, Object.keys(node.files).length, before),
  };
}

/** Go tells empty, null and absent apart; what held nothing and still does stays as it was. */
function unlessNone<K extends 'Platforms' | 'DriverOpts' | 'Flags' | 'Files'>(
  key: K,
  value: InstanceNode[K],
  size: number,
  before: InstanceNode | undefined,
): Partial<InstanceNode> {
  return size === 0 && !before?.[key] ? {} : { [key]: value };
}

type InstancePlatform = NonNullable<InstanceNode['Platforms']>[number];

/** Platforms that were there before keep everything that is stored of them. */
function instancePlatforms(
  names: readonly string[],
  before: readonly InstancePlatform[],
): InstancePlatform[] {
  const unused = [...before];
  return names.map((name) => {
    const index = unused.findIndex((platform) => platformName(platform) === name);
    return index < 0 ? instancePlatform(name) : unused.splice(index, 1)[0]!;
  });
}

function instancePlatform(name: string): InstancePlatform {
  const parsed = parsePlatform(name);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const { os, architecture, variant, osVersion } = parsed.value;
  return {
    architecture,
    os,
    ...(osVersion === undefined ? {} : { 'os.version': osVersion }),
    ...(variant === undefined ? {} : { variant }),
  };
}

function platformName(platform: InstancePlatform): string {
  const { os, architecture, variant } = platform;
  const osVersion = platform['os.version'];
  return formatPlatform(
    normalizePlatform({ os, architecture, ...(variant && { variant }), ...(osVersion && { osVersion }) }),
  );
}

function stringsOf(options: Record<string, unknown> | null | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
