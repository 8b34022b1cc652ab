import type { Studio } from '../../shared/contract';
import type { ImageInspection } from '../images';
import type { LayerFiles } from '../images/layers';
import { chooseOutput, type DesktopPorts } from './ports';

type Area = Pick<
  Studio['procedures'],
  | 'images.inspect'
  | 'images.catalog'
  | 'images.tags'
  | 'images.platforms'
  | 'images.raw'
  | 'images.provenance'
  | 'images.sbom'
  | 'images.referrers'
  | 'images.saveBlob'
>;

/** Looking at images, wherever they are. */
export function imageInspectionProcedures(
  images: ImageInspection,
  files: Pick<LayerFiles, 'prepare'>,
  desktop: DesktopPorts,
  outputFolder: () => string,
): Area {
  return {
    'images.inspect': (source, { signal }) => {
      files.prepare();
      return images.inspect(source, signal);
    },
    'images.catalog': (_params, { signal }) => images.catalog(signal),
    'images.tags': async ({ reference }, { signal }) => ({ tags: await images.tags(reference, signal) }),
    'images.platforms': async ({ reference }, { signal }) => ({
      platforms: [...(await images.platforms(reference, signal))],
    }),
    'images.raw': (content, { signal }) => images.raw(content, signal),
    'images.provenance': (content, { signal }) => images.provenance(content, signal),
    'images.sbom': (content, { signal }) => images.sbom(content, signal),
    'images.referrers': (content, { signal }) => images.referrers(content, signal),
    'images.saveBlob': async (blob, { signal }) => {
      const name = blob.digest.replace(':', '-').slice(0, 'sha256-'.length + 12);
      const path = await chooseOutput(desktop, outputFolder, name);
      if (path === undefined) return {};
      await images.saveBlob(blob, path, signal);
      return { path };
    },
  };
}
