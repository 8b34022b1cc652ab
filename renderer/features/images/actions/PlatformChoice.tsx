import { useTranslation } from 'react-i18next';
import type { ImageNode } from '../../../../shared/contract';
import { Checkbox } from '../../../ui/Checkbox';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { platformImages } from '../imageParts';
import styles from './Actions.module.css';

/** The platforms that an image has, each once, in its order. */
export function platformsOf(root: ImageNode): string[] {
  return [
    ...new Set(platformImages(root).flatMap(({ platform }) => (platform === undefined ? [] : [platform]))),
  ];
}

/** Checkboxes for the platforms of an image. `label` is the accessible name of the group. */
export function PlatformChoice({
  label,
  platforms,
  chosen,
  onChange,
}: {
  label: string;
  platforms: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const { t } = useTranslation('images');
  return (
    <div role="group" aria-label={label} className={styles.platforms}>
      <p className={styles.legend}>{label}</p>
      {platforms.length === 0 && <p className={styles.quiet}>{t('noPlatforms')}</p>}
      {platforms.map((platform) => (
        <Checkbox
          key={platform}
          label={platform}
          isSelected={chosen.includes(platform)}
          onChange={(isChosen) =>
            onChange(platforms.filter((other) => (other === platform ? isChosen : chosen.includes(other))))
          }
        >
          <PlatformLabel platform={platform} />
        </Checkbox>
      ))}
    </div>
  );
}
