import type { Studio } from '../../shared/contract';
import { writeFileAtomic } from '../system/atomicWrite';
import { fileError } from '../system/fileErrors';
import { chooseOutput, type DesktopPorts } from './ports';

type Area = Pick<Studio['procedures'], 'graph.export'>;

/**
 * Writes drawings of the stage graph where the user says, whole or not at all. The page has no say in the place: it
 * only suggests a name.
 *
 * @param outputFolder where the dialog starts
 */
export function graphProcedures(desktop: DesktopPorts, outputFolder: () => string): Area {
  return {
    'graph.export': async (drawing) => {
      const name = `${drawing.suggestedName}.${drawing.kind}`;
      const path = await chooseOutput(desktop, outputFolder, name);
      if (path === undefined) return {};
      try {
        // Like any other file that a person saves, readable as their umask says.
        await writeFileAtomic(path, drawing.kind === 'svg' ? drawing.text : drawing.bytes, { mode: 0o666 });
      } catch (error) {
        throw fileError(error, path);
      }
      return { path };
    },
  };
}
