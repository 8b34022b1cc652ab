import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { useImages } from '../../../stores/imagesStore';
import type { ReadyImage } from '../../../stores/imagesStore';
import { useContents } from '../content';
import { statementsAbout } from '../imageParts';
import { isReady, shownColumns } from './columns';

/** The images that have been read: the open one, then those beside it. */
export function useReadyImages(): ReadyImage[] {
  return useImages(useShallow((state) => [state.opened, ...state.compared].filter(isReady)));
}

/** What is compared. The Dockerfile's lines come later, as each platform's provenance has to be read for them. */
export function useColumns(): ImageColumn[] {
  const images = useReadyImages();
  const chosen = useImages((state) => state.columns);
  const columns = useMemo(() => shownColumns(images, chosen), [images, chosen]);
  const asked = useMemo(
    () =>
      columns.flatMap(({ id, source, manifest }) => {
        const root = images.find((image) => image.source === source)?.document.root;
        const [statement] = root === undefined ? [] : statementsAbout(root, manifest, 'provenance');
        return statement === undefined
          ? []
          : [{ id, request: { source, digest: statement.descriptor.digest } }];
      }),
    [columns, images],
  );
  const contents = useContents(
    'images.provenance',
    asked.map(({ request }) => request),
  );
  return useMemo(
    () =>
      columns.map((column) => {
        const content = contents[asked.findIndex(({ id }) => id === column.id)];
        return content?.status === 'ready' ? { ...column, layerLines: content.value.layerLines } : column;
      }),
    [columns, asked, contents],
  );
}
