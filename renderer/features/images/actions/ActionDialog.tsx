import type { ReadyImage } from '../../../stores/imagesStore';
import { CopyImage } from './CopyImage';
import { CreateIndex } from './CreateIndex';
import { DeleteTag } from './DeleteTag';
import type { ImageAction } from './imageAction';
import { RunImage } from './RunImage';
import { tagOf } from './tagOf';

/** The dialog of what is about to be done with the open image. */
export function ActionDialog({
  image,
  action,
  onClose,
}: {
  image: ReadyImage;
  action: ImageAction;
  onClose: () => void;
}) {
  switch (action.kind) {
    case 'create':
      return <CreateIndex image={image} platforms={action.platforms} onClose={onClose} />;
    case 'copy':
      return <CopyImage image={image} platforms={action.platforms} onClose={onClose} />;
    case 'run':
      return <RunImage image={image} platform={action.platform} onClose={onClose} />;
    case 'delete': {
      const reference = tagOf(image.source);
      return reference === undefined ? null : (
        <DeleteTag image={image} reference={reference} onClose={onClose} />
      );
    }
  }
}
