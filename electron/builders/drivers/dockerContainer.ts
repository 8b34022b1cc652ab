import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endpointToStore } from '../../docker';
import { buildxFolder } from '../buildxStore/location';
import { readDaemonFiles } from '../daemonFiles';
import { completeDaemonFlags } from '../daemonFlags';
import { DockerContainerNode } from '../dockerContainer/node';
import { form, optionsSchema } from '../dockerContainer/options';
import type { Driver, NewNodeDefinition } from '../driver';
import type { DriversOptions } from './options';

/** A buildkitd in a container on a Docker Engine, with the names, volumes and settings of buildx's driver of this name. */
export function createDockerContainerDriver(options: DriversOptions): Driver<typeof optionsSchema> {
  return {
    name: 'docker-container',
    summary: 'A BuildKit daemon in a container, on this machine’s Docker or another one.',
    optionsSchema,
    endpoint: {
      kind: 'docker',
      label: 'Docker context',
      description: 'A Docker context, or an engine’s address: unix://, tcp:// or ssh://.',
    },
    checkEndpoint: () => undefined,
    form,
    capabilities: {
      start: true,
      stop: true,
      config: true,
      severalNodes: true,
      endsWithManifold: false,
      keepState: true,
      test: false,
    },
    complete: (node) => complete(node, options.env),
    create: (definition) => new DockerContainerNode(definition, options),
  };
}

/** What `docker buildx create` adds (buildx builder/builder.go): the engine in use, the user's default configuration, flags. */
async function complete(node: NewNodeDefinition, env: DriversOptions['env']): Promise<NewNodeDefinition> {
  const files = node.files.size > 0 ? node.files : await defaultFiles(env);
  return {
    ...node,
    endpoint: await endpointToStore(node.endpoint, env),
    files,
    flags: completeDaemonFlags(node.flags, files, node.options['network']),
  };
}

async function defaultFiles(env: DriversOptions['env']): Promise<ReadonlyMap<string, Uint8Array>> {
  let text: string;
  try {
    text = await readFile(join(buildxFolder(env), 'buildkitd.default.toml'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  return readDaemonFiles(text);
}
