import { defaultBuildSettings } from '../../shared/contract';
import { checkFiles } from '../builds/fileChecks';
import { openProjectFolder } from '../projects/projectFolder';
import { readTextFile } from '../projects/dockerfileFile';

/**
 * Prints, as JSON, what an ordinary user is told about a folder that is not theirs: root may read everything, so
 * being refused takes a process that gives its rights up. Argument: the folder.
 */
const folder = process.argv[2] as string;
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}

const told = async (act: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await act();
  } catch (error) {
    const { name, code, message, hint } = error as Error & { code?: string; hint?: string };
    return { name, code, message, hint };
  }
};
const request = {
  project: folder,
  dockerfile: 'Dockerfile',
  dockerfileText: 'FROM scratch\n',
  builder: 'b',
  settings: defaultBuildSettings,
};
process.stdout.write(
  JSON.stringify({
    open: await told(() => openProjectFolder(folder, '/sample')),
    read: await told(() => readTextFile(`${folder}/Dockerfile`)),
    check: await told(() => checkFiles(request, folder)),
  }),
);
