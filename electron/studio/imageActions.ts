import type { Studio } from '../../shared/contract';
import { ImageActions } from '../images/actions/imageActions';
import type { ImageOpener } from '../images/openImage';
import type { RegistryClient } from '../images/registry/registryClient';
import type { ImageRunner } from '../images/run/imageRunner';
import { imageRunStreams } from './imageRun';
import { chooseOutput, type DesktopPorts } from './ports';

/** What it takes to do something with images. */
export interface ImageActionsDeps {
  readonly opener: ImageOpener;
  readonly registries: RegistryClient;
  readonly runner: ImageRunner;
  readonly desktop: Pick<DesktopPorts, 'chooseSavePath'>;
  /** Where archives go that name no place. */
  readonly outputFolder: () => string;
}

type Procedures = Pick<Studio['procedures'], 'images.planIndex' | 'images.deleteTag'>;
type Streams = Pick<Studio['streams'], 'images.createIndex' | 'images.copy' | 'images.run'>;

/** Questions and short deeds. */
export function imageActionsProcedures(deps: ImageActionsDeps): Procedures {
  const actions = actionsOf(deps);
  return {
    'images.planIndex': (request, { signal }) => actions.planIndex(request, signal),
    'images.deleteTag': ({ reference, digest }, { signal }) => actions.deleteTag(reference, digest, signal),
  };
}

/** What takes its time. */
export function imageActionsStreams(deps: ImageActionsDeps): Streams {
  const actions = actionsOf(deps);
  return {
    'images.createIndex': (request, { signal }) => actions.createIndex(request, signal),
    'images.copy': (request, { signal }) => actions.copy(request, signal),
    ...imageRunStreams(deps.runner),
  };
}

function actionsOf({ opener, registries, desktop, outputFolder }: ImageActionsDeps): ImageActions {
  return new ImageActions({
    images: opener,
    registries,
    chooseArchive: (name) => chooseOutput(desktop, outputFolder, name),
  });
}
