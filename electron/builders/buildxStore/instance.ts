import { z } from 'zod';
import type { StoredBuilder } from '../store';

/** What Manifold reads of a node; everything else in it belongs to buildx and is kept. */
const nodeSchema = z.looseObject({
  Name: z.string(),
  Endpoint: z.string().default(''),
  DriverOpts: z.record(z.string(), z.unknown()).nullish(),
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
      options: { ...stringsOf(node.DriverOpts), ...(node.Endpoint === '' ? {} : { address: node.Endpoint }) },
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

function nodeOf(
  { name, options }: StoredBuilder['nodes'][number],
  before: InstanceNode | undefined,
): InstanceNode {
  const { address = '', ...driverOptions } = options;
  const others = Object.entries(before?.DriverOpts ?? {}).filter(([, value]) => typeof value !== 'string');
  const all = { ...Object.fromEntries(others), ...driverOptions };
  const fresh = { Platforms: null, DriverOpts: null, Flags: null, Files: null };
  const keepNone = Object.keys(all).length === 0 && !before?.DriverOpts;
  return {
    ...(before ?? { Name: name, Endpoint: address, ...fresh }),
    Name: name,
    Endpoint: address,
    DriverOpts: keepNone ? (before?.DriverOpts ?? null) : all,
  };
}

function stringsOf(options: Record<string, unknown> | null | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
