import type { NewNode } from '../contract/builders';
import { csvFields, shellQuote } from './buildxCommand';

/** What a `docker buildx create` is made of. */
export interface BuildxCreate {
  /** The builder's name; buildx makes one up where it is empty. */
  name: string;
  driver: string;
  node: NewNode;
  /** Adds the node to a builder that exists. */
  append?: boolean;
  /** Makes it the builder that buildx uses. */
  use?: boolean;
  /** Starts it at once. */
  bootstrap?: boolean;
}

/** How the command names the file with the text of the node's buildkitd.toml. */
const configFile = 'buildkitd.toml';

/**
 * The `docker buildx create` command that does the same as the form, as lines of arguments that belong together: the
 * command, then an option with its value on each line, the endpoint last. Nothing is quoted for a shell, but values
 * that buildx reads as CSV (`--driver-opt`) or as shell words (`--buildkitd-flags`) are for that.
 */
export function buildxCreateArguments({ name, driver, node, ...how }: BuildxCreate): string[][] {
  const option = (flag: string, value: string): string[][] => (value === '' ? [] : [[flag, value]]);
  const flag = (word: string, on = false): string[][] => (on ? [[word]] : []);
  const platforms = (node.platforms ?? []).filter((platform) => platform !== '');
  const flags = (node.flags ?? []).filter((word) => word !== '');
  const endpoint = node.endpoint ?? '';
  return [
    ['docker', 'buildx', 'create'],
    ...flag('--append', how.append),
    ...option('--name', name),
    ...option('--driver', driver),
    ...option('--node', node.name ?? ''),
    ...option('--platform', platforms.join(',')),
    // One option a line: together, a value with a comma would need the quotes of CSV inside of those of the shell.
    ...Object.entries(node.options ?? {}).flatMap(([key, value]) =>
      option('--driver-opt', csvFields(`${key}=${value}`)),
    ),
    ...option('--buildkitd-flags', flags.map(shellQuote).join(' ')),
    ...option('--buildkitd-config', node.config?.trim() ? configFile : ''),
    ...flag('--use', how.use),
    ...flag('--bootstrap', how.bootstrap),
    ...(endpoint === '' ? [] : endpoint.startsWith('-') ? [['--', endpoint]] : [[endpoint]]),
  ];
}

/** {@link buildxCreateArguments} as text for a POSIX shell, one option a line. */
export function buildxCreateCommand(create: BuildxCreate): string {
  return buildxCreateArguments(create)
    .map((line) => line.map(shellQuote).join(' '))
    .join(' \\\n  ');
}
