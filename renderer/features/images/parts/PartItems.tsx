import { useTranslation } from 'react-i18next';
import { reportDefect, studio } from '../../../app/studio';
import type { ReadyImage } from '../../../stores/imagesStore';
import { MenuItem, MenuSeparator } from '../../../ui/Menu';
import type { ImageAction } from '../actions/imageAction';
import { platformsOf } from '../actions/PlatformChoice';
import type { ImagePart } from '../imageParts';
import { pinnedReference } from './pinnedReference';

/** The items of a menu: what can be done with one part of an image. */
export function PartItems({
  image,
  part,
  onAction,
}: {
  image: ReadyImage;
  part: ImagePart;
  onAction: (action: ImageAction) => void;
}) {
  const { t } = useTranslation('images');
  const platform = part.kind === 'manifest' && part.node.role === 'image' ? part.node.platform : undefined;
  const pinned = pinnedReference(image.document, part);
  const others = platformsOf(image.document.root).filter((other) => other !== platform);
  const copy = (text: string): void => void studio().call('clipboard.write', { text }).catch(reportDefect);
  return (
    <>
      <MenuItem label={t('copyDigest')} onAction={() => copy(part.descriptor.digest)} />
      {pinned !== undefined && <MenuItem label={t('copyReference')} onAction={() => copy(pinned)} />}
      {platform !== undefined && (
        <>
          <MenuSeparator />
          <MenuItem
            label={t('action.runPlatform', { platform })}
            onAction={() => onAction({ kind: 'run', platform })}
          />
          <MenuItem
            label={t('action.copyPlatform', { platform })}
            onAction={() => onAction({ kind: 'copy', platforms: [platform] })}
          />
          {others.length > 0 && (
            <MenuItem
              label={t('action.leaveOut', { platform })}
              onAction={() => onAction({ kind: 'create', platforms: others })}
            />
          )}
        </>
      )}
    </>
  );
}
