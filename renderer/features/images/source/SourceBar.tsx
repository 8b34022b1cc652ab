import { FileArchive, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageSource, StudioErrorData } from '../../../../shared/contract';
import { errorData } from '../../../app/studio';
import { openImage, setTyped, useImages } from '../../../stores/imagesStore';
import { Button, IconButton } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { chooseArchive, chooseLayout } from './chooseArchive';
import { ReferenceField } from './ReferenceField';
import styles from './Source.module.css';
import { typedSource } from './typedSource';

/** Where an image is opened from: a typed reference, or an archive. */
export function SourceBar() {
  const { t } = useTranslation('images');
  const typed = useImages((state) => state.typed);
  const [problem, setProblem] = useState<string>();
  const [error, setError] = useState<StudioErrorData>();
  const inspect = (): void => {
    const source = typedSource(typed);
    if (source.ok) void openImage(source.value);
    else setProblem(source.error);
  };
  const openFrom = async (choose: () => Promise<ImageSource | undefined>): Promise<void> => {
    try {
      const source = await choose();
      if (source !== undefined) void openImage(source);
    } catch (thrown) {
      setError(errorData(thrown));
    }
  };
  return (
    <div className={styles.bar}>
      <ReferenceField
        label={t('reference')}
        hideLabel
        value={typed}
        error={problem}
        onChange={(text) => {
          setTyped(text);
          setProblem(undefined);
        }}
        onSubmit={inspect}
        onChoose={(source) => void openImage(source)}
      >
        <div className={styles.buttons}>
          <Button size="sm" look="primary" onPress={inspect}>
            {t('inspect')}
          </Button>
          <Button
            size="sm"
            icon={<FileArchive size={14} strokeWidth={1.5} aria-hidden="true" />}
            onPress={() => void openFrom(() => chooseArchive(t('openArchive')))}
          >
            {t('openArchive')}
          </Button>
          <IconButton
            size="sm"
            label={t('openLayout')}
            icon={<FolderOpen size={14} strokeWidth={1.5} aria-hidden="true" />}
            onPress={() => void openFrom(() => chooseLayout(t('openLayout')))}
          />
        </div>
      </ReferenceField>
      {error !== undefined && <ErrorNote error={error} onDismiss={() => setError(undefined)} />}
    </div>
  );
}
