import { Layers } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildSummary } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { useBuilds } from '../../stores/buildsStore';
import { inspectImage, showView, useUi } from '../../stores/uiStore';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { Select } from '../../ui/Select';
import { momentText } from '../../ui/timeText';
import { allParts, imageParts } from './imageParts';
import type { ImageParts } from './imageParts';
import styles from './ImagesView.module.css';
import { ManifestTree } from './ManifestTree';
import { PartDetails } from './PartDetails';

interface MadeImage {
  build: BuildSummary;
  image: ImageParts;
}

/** The images that builds made: which platforms they hold, and of which layers. */
export default function ImagesView() {
  const { t, i18n } = useTranslation('images');
  const builds = useBuilds((state) => state.builds);
  const loaded = useBuilds((state) => state.loaded);
  const wanted = useUi((state) => state.inspected?.buildId);
  const images = builds.flatMap((build): MadeImage[] => {
    const image = build.result === undefined ? undefined : imageParts(build.result);
    return image === undefined ? [] : [{ build, image }];
  });
  const shown = images.find(({ build }) => build.id === wanted) ?? images[0];

  if (!loaded) return <EmptyState title={t('loading')} />;
  if (shown === undefined) {
    return (
      <EmptyState
        icon={<Layers size={28} strokeWidth={1.25} />}
        title={t('emptyTitle')}
        actions={
          <Button look="primary" onPress={() => showView('build')}>
            {t('goBuild')}
          </Button>
        }
      >
        {t('emptyText')}
      </EmptyState>
    );
  }
  return (
    <div className={styles.view}>
      <header className={styles.head}>
        <h1>{t('title')}</h1>
        <div className={styles.picker}>
          <Select
            label={t('image')}
            hideLabel
            size="sm"
            value={shown.build.id}
            onChange={inspectImage}
            options={images.map(({ build }) => ({
              id: build.id,
              label: `${build.result?.references[0] ?? build.projectName} #${build.number}`,
              meta: momentText(build.startedMs, i18n.language),
            }))}
          />
        </div>
        <span className={styles.spring} />
        <span className={styles.dim}>
          {t('total', { count: shown.image.platforms.length })},{' '}
          {t('stored', { size: formatBytes(shown.image.storedBytes) })}
        </span>
      </header>
      <Image key={shown.build.id} build={shown.build} image={shown.image} />
    </div>
  );
}

function Image({ build, image }: MadeImage) {
  const [selected, setSelected] = useState(image.root.id);
  const part = allParts(image).find((one) => one.id === selected) ?? image.root;
  return (
    <div className={styles.columns}>
      <ManifestTree image={image} selected={part.id} onSelect={setSelected} />
      <PartDetails build={build} image={image} part={part} />
    </div>
  );
}
