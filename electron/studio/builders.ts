import type { Studio } from '../../shared/contract';
import type { Builders } from '../builders';
import { checkDaemonConfig } from '../builders';

type BuilderProcedure = Extract<keyof Studio['procedures'], `builders.${string}`>;

/** The calls of the builders' area. */
export function builderProcedures(builders: Builders): Pick<Studio['procedures'], BuilderProcedure> {
  return {
    'builders.drivers': async () => builders.drivers(),
    'builders.dockerContexts': () => builders.dockerContexts(),
    'builders.create': (builder) => builders.create(builder),
    'builders.test': (builder, { signal }) => builders.test(builder, signal),
    'builders.checkConfig': async ({ text }) => checkDaemonConfig(text),
    'builders.append': ({ name, node }) => builders.append(name, node),
    'builders.leave': ({ name, node }, { signal }) => builders.leave(name, node, signal),
    'builders.setPlatforms': ({ name, node, platforms }) => builders.setPlatforms(name, node, platforms),
    'builders.installEmulation': ({ name, node, platforms }, { signal }) =>
      builders.installEmulation(name, node, platforms, signal),
    'builders.remove': ({ name, keepState = false, force = false }, { signal }) =>
      builders.remove(name, { keepState, force }, signal),
    'builders.start': ({ name }, { signal }) => builders.start(name, signal),
    'builders.stop': ({ name }, { signal }) => builders.stop(name, signal),
    'builders.use': ({ name }) => builders.use(name),
    'builders.refresh': ({ name }) => builders.refresh(name),
  };
}
