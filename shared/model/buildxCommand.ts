import type { BuildOutput, BuildSettings } from '../contract/builds';

/** What the command line is made of. */
export interface BuildxBuild {
  /** Absent when no builder is known: then buildx takes its own current one. */
  builder?: string;
  /** Absolute path of the project folder, which is the build context. */
  project: string;
  /** Relative to the project folder, with forward slashes. */
  dockerfile: string;
  /** Absolute path of the folder that takes archives without a path of their own. */
  outputFolder: string;
  settings: BuildSettings;
}

/**
 * The `docker buildx build` command that does the same as Manifold, as lines of arguments that belong together: the
 * command, then an option with its value on each line, the context last. Nothing is quoted.
 */
export function buildxArguments(build: BuildxBuild): string[][] {
  const { settings } = build;
  const option = (name: string, values: readonly string[]): string[][] =>
    values.map((value) => [name, value]);
  const flag = (name: string, on: boolean): string[][] => (on ? [[name]] : []);
  const pair = ({ name, value }: { name: string; value: string }): string => `${name}=${value}`;
  return [
    ['docker', 'buildx', 'build'],
    ...option('--builder', build.builder === undefined ? [] : [build.builder]),
    ...option('--file', build.dockerfile === 'Dockerfile' ? [] : [inFolder(build.project, build.dockerfile)]),
    ...option('--platform', settings.platforms.length === 0 ? [] : [settings.platforms.join(',')]),
    ...option('--target', settings.target === '' ? [] : [settings.target]),
    ...option('--tag', settings.tags),
    ...option('--build-arg', settings.buildArgs.map(pair)),
    ...option('--label', settings.labels.map(pair)),
    ...option('--build-context', settings.buildContexts.map(pair)),
    ...option('--secret', settings.secrets.map(secretValue)),
    ...option(
      '--ssh',
      settings.ssh.map(({ id, socket }) => (socket === '' ? id : `${id}=${socket}`)),
    ),
    ...option('--cache-from', settings.cacheFrom),
    ...option('--cache-to', settings.cacheTo),
    ...flag('--no-cache', settings.noCache),
    ...flag('--pull', settings.pull),
    // buildx attaches the smallest provenance unless told not to.
    ...flag('--provenance=false', !settings.provenance),
    ...flag('--sbom=true', settings.sbom),
    outputArguments(settings.output, build),
    [build.project],
  ];
}

/** {@link buildxArguments} as text for a POSIX shell, one option a line. */
export function buildxCommand(build: BuildxBuild): string {
  return buildxArguments(build)
    .map((line) => line.map(shellQuote).join(' '))
    .join(' \\\n  ');
}

/** One word of a POSIX shell that stands for exactly this text. */
export function shellQuote(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function outputArguments(output: BuildOutput, build: BuildxBuild): string[] {
  switch (output.type) {
    case 'push':
      return ['--push'];
    case 'load':
      return ['--load'];
    case 'cacheonly':
      return ['--output', 'type=cacheonly'];
    case 'local':
      return ['--output', csvFields('type=local', `dest=${output.path}`)];
    case 'oci':
    case 'docker':
    case 'tar': {
      const path =
        output.path ?? inFolder(build.outputFolder, `${folderName(build.project)}.${output.type}.tar`);
      return ['--output', csvFields(`type=${output.type}`, `dest=${path}`)];
    }
  }
}

function secretValue({ id, source }: BuildSettings['secrets'][number]): string {
  return csvFields(`id=${id}`, source.type === 'file' ? `src=${source.path}` : `env=${source.name}`);
}

/** buildx reads option values as one CSV record (RFC 4180). */
export function csvFields(...fields: string[]): string {
  return fields
    .map((field) => (/[",\r\n]|^\s/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

function inFolder(folder: string, name: string): string {
  return `${folder.replace(/[\\/]+$/, '')}/${name}`;
}

function folderName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? 'image';
}
