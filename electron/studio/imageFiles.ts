import type { Studio } from '../../shared/contract';
import type { LayerFiles } from '../images/layers';
import { chooseOutput, type DesktopPorts } from './ports';

/** Rows of open file trees, and the content of their files. */
export function imageFilesProcedures(
  files: LayerFiles,
  desktop: DesktopPorts,
  outputFolder: () => string,
): Pick<Studio['procedures'], 'images.fileRows' | 'images.fileContent' | 'images.saveFile'> {
  return {
    'images.fileRows': (request) => files.rows(request),
    'images.fileContent': (file, { signal }) => files.content(file, signal),
    'images.saveFile': async (file, { signal }) => {
      const choosePath = (name: string): Promise<string | undefined> =>
        chooseOutput(desktop, outputFolder, name);
      const path = await files.save(file, choosePath, signal);
      return path === undefined ? {} : { path };
    },
  };
}

/** A tree of files that is open as long as the stream is. */
export function imageFilesStreams(files: LayerFiles): Pick<Studio['streams'], 'images.fileTree'> {
  return { 'images.fileTree': (request, { signal }) => files.open(request, signal) };
}
