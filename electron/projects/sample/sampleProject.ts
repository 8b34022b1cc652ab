import { cp, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleExecutables } from './program';

/**
 * Makes sure that the sample project exists, and gives its folder. What the user changed in it stays.
 *
 * @param source its Dockerfile and texts, as they come with Manifold
 * @param folder where it is to be
 */
export async function ensureSampleProject(source: string, folder: string): Promise<string> {
  const exists = (path: string): Promise<boolean> =>
    stat(path).then(
      () => true,
      () => false,
    );
  if (!(await exists(folder))) await cp(source, folder, { recursive: true });
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  for (const [name, content] of sampleExecutables()) {
    const path = join(bin, name);
    if (!(await exists(path))) await writeFile(path, content, { mode: 0o755 });
  }
  return folder;
}
