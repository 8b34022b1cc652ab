import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReadyImage } from '../../stores/imagesStore';
import { Tab, TabList, TabPanel, Tabs } from '../../ui/Tabs';
import type { ImageAction } from './actions/imageAction';
import { ComparedImages } from './columns/ComparedImages';
import { ImageHeader } from './ImageHeader';
import type { ImagePart } from './imageParts';
import styles from './ImagesView.module.css';
import { centrePanels } from './panels';

/** The middle of the view: what the open image is, then one of the panels. */
export function ImageTabs({
  image,
  shown,
  onAction,
}: {
  image: ReadyImage;
  /** What the panels are about: the selected part, which can be of an image beside the open one. */
  shown: { image: ReadyImage; part: ImagePart };
  onAction: (action: ImageAction) => void;
}) {
  const { t } = useTranslation('images');
  const [wanted, setWanted] = useState('compare');
  const panels = centrePanels.filter((panel) => panel.appliesTo(shown.part, shown.image));
  const tab = panels.find((panel) => panel.id === wanted) ?? panels[0];
  return (
    <div className={styles.centre}>
      <ImageHeader image={image} onAction={onAction} />
      <ComparedImages />
      {tab !== undefined && (
        <Tabs selected={tab.id} onSelect={setWanted} className={styles.tabs ?? ''}>
          <div className={styles.tabBar}>
            <TabList label={t('views')}>
              {panels.map(({ id, titleKey, Count }) => (
                <Tab key={id} id={id}>
                  {t(titleKey)}
                  {Count !== undefined && (
                    <span className={styles.count}>
                      <Count image={shown.image} part={shown.part} />
                    </span>
                  )}
                </Tab>
              ))}
            </TabList>
          </div>
          {panels.map(({ id, Component }) => (
            <TabPanel key={id} id={id} isFocusable={id !== 'compare'} className={styles.body ?? ''}>
              <Component image={id === 'compare' ? image : shown.image} part={shown.part} />
            </TabPanel>
          ))}
        </Tabs>
      )}
    </div>
  );
}
