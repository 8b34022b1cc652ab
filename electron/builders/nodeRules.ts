import { StudioError } from '../../shared/contract';
import { formatPlatform, parsePlatform } from '../../shared/model/platform';
import { invalid } from './driverOptions';
import type { StoredBuilder, StoredNode } from './store';

const namePattern = /^[a-zA-Z][a-zA-Z0-9._-]{0,63}$/;

/** The name a node gets that was given none: the builder's and the first free number (buildx store/nodegroup.go). */
export function nextNodeName(builder: string, nodes: readonly Pick<StoredNode, 'name'>[]): string {
  for (let number = 0; ; number++) {
    const name = `${builder.toLowerCase()}${number}`;
    if (!nodes.some((node) => node.name === name)) return name;
  }
}

/**
 * A node's name as buildx keeps it.
 *
 * @throws StudioError `invalid-request` for what is no name
 */
export function nodeNameOf(text: string): string {
  const name = text.trim();
  if (namePattern.test(name)) return name.toLowerCase();
  throw invalid('node', 'A node’s name begins with a letter and has letters, digits, "-", "_" and "." only.');
}

/**
 * Platforms in canonical form, each once.
 *
 * @throws StudioError `invalid-request` for what is no platform
 */
export function canonicalPlatforms(texts: readonly string[]): string[] {
  const names = texts.map((text) => {
    const platform = parsePlatform(text);
    if (!platform.ok) throw invalid('platforms', platform.error.message);
    return formatPlatform(platform.value);
  });
  return [...new Set(names)];
}

/**
 * The builder with one node more.
 *
 * @throws StudioError `conflict` when the name or the endpoint is another node's
 */
export function withNode(builder: StoredBuilder, node: StoredNode): StoredBuilder {
  if (builder.nodes.some(({ name }) => name === node.name)) {
    throw new StudioError({
      code: 'conflict',
      message: `The builder ${builder.name} has a node named ${node.name} already.`,
      hint: 'Choose another name.',
      details: { subject: 'node' },
    });
  }
  const twin = builder.nodes.find(({ endpoint }) => endpoint === node.endpoint);
  if (twin !== undefined) {
    throw new StudioError({
      code: 'conflict',
      message: `The node ${twin.name} is at ${node.endpoint} already.`,
      hint: 'A builder takes each endpoint once. Choose another one.',
      details: { subject: 'endpoint' },
    });
  }
  return withPlatforms({ ...builder, nodes: [...builder.nodes, node] }, node.name, node.platforms);
}

/** The builder with these platforms fixed to a node; they leave the others (buildx store/nodegroup.go). */
export function withPlatforms(
  builder: StoredBuilder,
  node: string,
  platforms: readonly string[],
): StoredBuilder {
  const nodes = builder.nodes.map((other) => ({
    ...other,
    platforms:
      other.name === node
        ? [...platforms]
        : other.platforms.filter((platform) => !platforms.includes(platform)),
  }));
  return { ...builder, nodes };
}

/**
 * The builder without a node.
 *
 * @throws StudioError `not-found`, or `conflict` for the last one
 */
export function withoutNode(builder: StoredBuilder, name: string): StoredBuilder {
  const nodes = builder.nodes.filter((node) => node.name !== name);
  if (nodes.length === builder.nodes.length) {
    throw new StudioError({
      code: 'not-found',
      message: `The builder ${builder.name} has no node ${name}.`,
      hint: 'It may have been removed.',
    });
  }
  if (nodes.length === 0) {
    throw new StudioError({
      code: 'conflict',
      message: `${name} is the last node of ${builder.name}.`,
      hint: 'Remove the builder instead.',
    });
  }
  return { ...builder, nodes };
}
