import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BuildRequest, PreflightFinding } from '../../shared/contract';
import { parseNamedContext } from './namedContext';

/**
 * What of a request can only be checked by looking at the disk: folders that are read, files of secrets, the output's
 * place.
 *
 * @param outputFolder where an output goes that names no path
 */
export async function checkFiles(
  { project, settings }: BuildRequest,
  outputFolder: string,
): Promise<PreflightFinding[]> {
  const findings: PreflightFinding[] = [];
  const error = (field: string, message: string, hint: string): void => {
    findings.push({ severity: 'error', field, message, hint });
  };
  const folders = [{ field: 'project', path: project }];
  for (const { value } of settings.buildContexts) {
    const context = parseNamedContext(value, project);
    if (context.kind === 'folder') folders.push({ field: 'buildContexts', path: context.path });
  }
  for (const { field, path } of folders) {
    const problem = await folderProblem(path);
    if (problem !== undefined) error(field, problem, 'Choose another folder, or change its permissions.');
  }
  for (const { id, source } of settings.secrets) {
    if (source.type === 'file' && !(await isReadable(source.path))) {
      error(
        'secrets',
        `The file of the secret ${id} can’t be read.`,
        'Choose another file, or change its permissions.',
      );
    }
  }
  const { output } = settings;
  if (!('path' in output) || output.path === undefined || output.path === '') {
    const writes = output.type === 'oci' || output.type === 'docker' || output.type === 'tar';
    if (writes && !(await canBeMade(join(outputFolder, 'archive')))) {
      error(
        'output',
        `Nothing can be written to ${outputFolder}.`,
        'Choose a path for the output, or another folder for outputs in the settings.',
      );
    }
  } else {
    const isFolder = await stat(output.path).then(
      (found) => found.isDirectory(),
      () => undefined,
    );
    if (output.type === 'local' ? isFolder === false : isFolder === true) {
      error(
        'output',
        `${output.path} is ${output.type === 'local' ? 'a file, not a folder' : 'a folder, not a file'}.`,
        'Choose another path.',
      );
    } else if (isFolder === undefined && !(await canBeMade(resolve(output.path)))) {
      error(
        'output',
        `Nothing can be written to ${dirname(output.path)}.`,
        'Choose another folder, or change its permissions.',
      );
    }
  }
  return findings;
}

async function folderProblem(path: string): Promise<string | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
  if (found === 'ENOENT' || found === 'ENOTDIR') return `The folder ${path} does not exist.`;
  if (typeof found === 'string') return `The folder ${path} can’t be read.`;
  if (!found.isDirectory()) return `${path} is not a folder.`;
  const readable = await access(path, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  return readable ? undefined : `The folder ${path} can’t be read.`;
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Whether the nearest folder above that exists may be written to. */
async function canBeMade(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const exists = await stat(folder).then(
      (found) => found.isDirectory(),
      () => undefined,
    );
    if (exists !== undefined)
      return (
        exists &&
        access(folder, constants.W_OK).then(
          () => true,
          () => false,
        )
      );
    if (folder === dirname(folder)) return false;
  }
}
