import type { NewNode } from '../../shared/contract';
import { readDaemonFiles } from './daemonFiles';
import type { Driver } from './driver';
import { givenOptions, invalid, parseOptions } from './driverOptions';
import { canonicalPlatforms, nextNodeName, nodeNameOf } from './nodeRules';
import type { StoredNode } from './store';

/**
 * What was typed for a node as it will be stored: completed by its driver, its configuration with the files it names.
 *
 * @param others the builder's other nodes
 * @throws StudioError `invalid-request` with the field in `details.subject`
 */
export async function newStoredNode(
  driver: Driver,
  builder: string,
  typed: NewNode,
  others: readonly StoredNode[],
): Promise<StoredNode> {
  const name = typed.name?.trim() ? nodeNameOf(typed.name) : nextNodeName(builder, others);
  const files = typed.config?.trim() ? await readDaemonFiles(typed.config) : new Map<string, Uint8Array>();
  const flags = (typed.flags ?? []).map((flag) => flag.trim()).filter((flag) => flag !== '');
  if (!driver.capabilities.config && (files.size > 0 || flags.length > 0)) {
    const field = files.size > 0 ? 'config' : 'flags';
    throw invalid(field, `The driver ${driver.name} starts no buildkitd that could be configured.`);
  }
  const options = givenOptions(typed.options ?? {});
  parseOptions(driver, options);
  const given = { builder, node: name, endpoint: typed.endpoint?.trim() ?? '', options, flags, files };
  const node = (await driver.complete?.(given)) ?? given;
  const problem = driver.checkEndpoint(node.endpoint, node.options);
  if (problem !== undefined) throw invalid('endpoint', problem);
  return {
    ...{ name, endpoint: node.endpoint, options: { ...node.options }, flags: [...node.flags] },
    platforms: canonicalPlatforms(typed.platforms ?? []),
    files: Object.fromEntries([...node.files].map(([path, bytes]) => [path, base64(bytes)])),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
