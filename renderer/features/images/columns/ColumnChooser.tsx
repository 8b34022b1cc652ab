import { Columns3, X } from 'lucide-react';
import { DialogTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { chooseColumns, closeCompared, useImages } from '../../../stores/imagesStore';
import { Button, IconButton } from '../../../ui/Button';
import { Checkbox } from '../../../ui/Checkbox';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { Popover } from '../../../ui/Popover';
import { areSeveralImages } from '../compare/columnNames';
import styles from './Columns.module.css';
import { allColumns, columnName, mostColumns, shownColumns } from './columns';
import { useReadyImages } from './useColumns';

/** Of each image; no image that was made to be used has more platforms. */
const mostOffered = 100;

/** Chooses which platforms of which images are compared, and puts images away that are compared no longer. */
export function ColumnChooser() {
  const { t } = useTranslation('images');
  const images = useReadyImages();
  const chosen = useImages((state) => state.columns);
  const all = allColumns(images);
  const shown = shownColumns(images, chosen).map((column) => column.id);
  const several = areSeveralImages(all);
  const toggle = (id: string, isShown: boolean): void => {
    chooseColumns(isShown ? [...shown, id] : shown.filter((other) => other !== id));
  };
  return (
    <DialogTrigger>
      <Button size="sm" icon={<Columns3 size={14} strokeWidth={1.5} aria-hidden="true" />}>
        {t('columnsOf', { shown: shown.length, count: all.length })}
      </Button>
      <Popover label={t('columns')}>
        <div className={styles.chooser}>
          {images.map((image, index) => {
            const own = all.filter((column) => column.source === image.source);
            return (
              <div key={image.key} role="group" aria-label={image.document.name}>
                <p className={styles.imageName}>
                  <span>{image.document.name}</span>
                  {index > 0 && (
                    <IconButton
                      size="sm"
                      label={t('closeCompared', { name: image.document.name })}
                      icon={<X size={12} strokeWidth={1.5} aria-hidden="true" />}
                      onPress={() => closeCompared(image.key)}
                    />
                  )}
                </p>
                {own.slice(0, mostOffered).map((column) => {
                  const isShown = shown.includes(column.id);
                  return (
                    <Checkbox
                      key={column.id}
                      label={columnName(column, several, t('noPlatform'))}
                      isSelected={isShown}
                      isDisabled={isShown ? shown.length === 1 : shown.length >= mostColumns}
                      onChange={(next) => toggle(column.id, next)}
                    >
                      <PlatformLabel platform={column.platform === '' ? t('noPlatform') : column.platform} />
                      {column.imageName !== image.document.name && (
                        <span className={styles.ownName}>{column.imageName}</span>
                      )}
                    </Checkbox>
                  );
                })}
                {own.length > mostOffered && (
                  <p className={styles.note}>{t('morePlatforms', { count: own.length - mostOffered })}</p>
                )}
              </div>
            );
          })}
          <p className={styles.note}>{t('columnsNote', { count: mostColumns })}</p>
        </div>
      </Popover>
    </DialogTrigger>
  );
}
