import type { ImageConfig } from '../contract';
import type { ImageColumn } from './imageComparisonColumns';

/** Parts of an image's configuration that decide how it runs, in the order in which they are told. */
const configParts = [
  'entrypoint',
  'command',
  'shell',
  'user',
  'workingDir',
  'env',
  'port',
  'volume',
  'label',
  'healthCheck',
  'stopSignal',
  'onBuild',
] as const;
export type ConfigPart = (typeof configParts)[number];

/** A part of the configuration in which images differ. */
export interface ConfigDifference {
  part: ConfigPart;
  /** Of a variable, port, volume or label; else ''. */
  name: string;
  /** One a column; undefined where the image has none, or its configuration could not be read. */
  values: (string | undefined)[];
}

/**
 * What differs between the configurations of images, in the order of {@link ConfigPart}, names in alphabetical order.
 * Columns whose configuration is not known say nothing.
 */
export function configDifferences(columns: readonly ImageColumn[]): ConfigDifference[] {
  const configs = columns.map(({ manifest }) =>
    manifest.image === undefined ? undefined : settingsOf(manifest.image),
  );
  const known = configs.filter((settings) => settings !== undefined);
  const keys = [...new Set(known.flatMap((settings) => [...settings.keys()]))];
  return keys
    .filter((key) => new Set(known.map((settings) => settings.get(key)?.value)).size > 1)
    .map((key) => known.find((settings) => settings.has(key))?.get(key))
    .filter((setting) => setting !== undefined)
    .map(({ part, name }) => ({
      part,
      name,
      values: configs.map((settings) => settings?.get(keyOf(part, name))?.value),
    }))
    .sort((a, b) => configParts.indexOf(a.part) - configParts.indexOf(b.part) || (a.name < b.name ? -1 : 1));
}

interface Setting {
  part: ConfigPart;
  name: string;
  value: string;
}

function keyOf(part: ConfigPart, name: string): string {
  return `${part} ${name}`;
}

function settingsOf(config: ImageConfig): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  const add = (part: ConfigPart, value: string | undefined, name = ''): void => {
    if (value !== undefined) settings.set(keyOf(part, name), { part, name, value });
  };
  const list = (words: readonly string[] | undefined): string | undefined =>
    words === undefined ? undefined : JSON.stringify(words);
  add('entrypoint', list(config.entrypoint));
  add('command', list(config.command));
  add('shell', list(config.shell));
  add('user', config.user);
  add('workingDir', config.workingDir);
  for (const entry of config.env) {
    const at = entry.indexOf('=');
    add('env', at === -1 ? '' : entry.slice(at + 1), at === -1 ? entry : entry.slice(0, at));
  }
  for (const port of config.exposedPorts) add('port', port, port);
  for (const volume of config.volumes) add('volume', volume, volume);
  for (const [label, value] of Object.entries(config.labels)) add('label', value, label);
  add('healthCheck', config.healthCheck === undefined ? undefined : healthCheckText(config.healthCheck));
  add('stopSignal', config.stopSignal);
  add('onBuild', config.onBuild.length === 0 ? undefined : config.onBuild.join('\n'));
  return settings;
}

/** As a HEALTHCHECK instruction has it. */
function healthCheckText(check: NonNullable<ImageConfig['healthCheck']>): string {
  const seconds = (flag: string, nanoseconds: number | undefined): string[] =>
    nanoseconds === undefined ? [] : [`--${flag}=${nanoseconds / 1e9}s`];
  return [
    ...seconds('interval', check.interval),
    ...seconds('timeout', check.timeout),
    ...seconds('start-period', check.startPeriod),
    ...seconds('start-interval', check.startInterval),
    ...(check.retries === undefined ? [] : [`--retries=${check.retries}`]),
    JSON.stringify(check.test),
  ].join(' ');
}
