import type { Builder } from '../../shared/contract';
import type { Logger } from '../system/logger';
import type { Driver, NodeDefinition } from './driver';
import { invalid, parseOptions } from './driverOptions';
import type { EngineLoader } from './engineLoader';
import { NodeWatch } from './nodeWatch';
import type { StoredBuilder, StoredNode } from './store';

/** A builder that is known now: what defines it, its driver, and a watch on each of its nodes. */
export interface BuilderEntry {
  definition: StoredBuilder;
  driver: Driver;
  nodes: NodeWatch[];
  /** Manifold has the driver, and the options fit it. */
  supported: boolean;
  /** `store`: the user's own, which can be changed and removed. The others are given by the machine or by Docker. */
  origin: Builder['origin'];
}

export interface EntryOptions {
  origin: Builder['origin'];
  supported: boolean;
  /** Where images are loaded that a node's own engine doesn't take. */
  loader: EngineLoader;
  logger: Logger;
  onChange: () => void;
}

/**
 * Watches the nodes of a builder and looks at each new one at once.
 *
 * @param before the same builder as it was defined before: nodes that are still the same keep their watch, and with it
 *   their connection and what runs on it
 * @throws StudioError `invalid-request` when its options don't fit the driver, or when it has no nodes
 */
export function openEntry(
  definition: StoredBuilder,
  driver: Driver,
  options: EntryOptions,
  before?: BuilderEntry,
): BuilderEntry {
  if (definition.nodes.length === 0) throw invalid('nodes', 'It has no nodes.');
  const definitions = definition.nodes.map(
    (node) => [node, nodeDefinition(definition.name, node, driver)] as const,
  );
  const watches = before?.driver === driver ? before.nodes : [];
  const nodes = definitions.map(([stored, node]) => {
    const known = watches.find((watch) => watch.isOf(stored));
    if (known !== undefined) {
      known.fixPlatforms(stored.platforms);
      return known;
    }
    const watch = new NodeWatch({
      builder: definition.name,
      stored,
      driver: driver.create(node),
      canStart: driver.capabilities.start,
      loader: options.loader,
      logger: options.logger,
      onChange: options.onChange,
    });
    void watch.probe();
    return watch;
  });
  return { definition, driver, nodes, supported: options.supported, origin: options.origin };
}

/** The builder as the page sees it, under the name it is shown by. */
export function describeEntry(name: string, entry: BuilderEntry, current: string | undefined): Builder {
  const { driver, definition, nodes, supported, origin } = entry;
  const changeable = supported && origin === 'store';
  return {
    name,
    driver: definition.driver,
    origin,
    current: name === current,
    canStart: driver.capabilities.start,
    canStop: driver.capabilities.stop,
    canRemove: changeable,
    canAppend: changeable && driver.capabilities.severalNodes,
    canKeepState: driver.capabilities.keepState,
    nodes: nodes.map(({ node }) => node),
  };
}

/**
 * A stored node as its driver takes it.
 *
 * @throws StudioError `invalid-request` when the options don't fit the driver
 */
export function nodeDefinition(builder: string, node: StoredNode, driver: Driver): NodeDefinition<unknown> {
  const { name, endpoint, options, flags, files, platforms } = node;
  return {
    ...{ builder, node: name, endpoint, flags, platforms },
    options: parseOptions(driver, options),
    files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text, 'base64')])),
  };
}
