import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImageSource } from '../../../../shared/contract';
import { errorData } from '../../../app/studio';
import type { StudioErrorData } from '../../../../shared/contract';
import { useBuilds } from '../../../stores/buildsStore';
import { compareWith } from '../../../stores/imagesStore';
import type { ReadyImage } from '../../../stores/imagesStore';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { chooseArchive } from '../source/chooseArchive';
import { ReferenceField } from '../source/ReferenceField';
import { typedSource } from '../source/typedSource';
import styles from './Columns.module.css';
import { previousBuild } from './previousBuild';

/** Asks for an image to put beside the open one. */
export function CompareWith({ image, onClose }: { image: ReadyImage; onClose: () => void }) {
  const { t } = useTranslation(['images', 'app']);
  const [typed, setTyped] = useState(usualReference(image));
  const [problem, setProblem] = useState<string>();
  const [error, setError] = useState<StudioErrorData>();
  const builds = useBuilds((state) => state.builds);
  const before = previousBuild(builds, image.document.buildId);

  const choose = (source: ImageSource): void => {
    void compareWith(source);
    onClose();
  };
  const submit = (): void => {
    const source = typedSource(typed);
    if (source.ok) choose(source.value);
    else setProblem(source.error);
  };
  const openArchive = async (): Promise<void> => {
    try {
      const source = await chooseArchive(t('openArchive'));
      if (source !== undefined) choose(source);
    } catch (thrown) {
      setError(errorData(thrown));
    }
  };
  return (
    <Dialog
      title={t('compareWithTitle', { name: image.document.name })}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('ui.cancel', { ns: 'app' })}</Button>
          <Button look="primary" onPress={submit}>
            {t('compare')}
          </Button>
        </>
      }
    >
      <p>{t('compareWithText')}</p>
      <ReferenceField
        label={t('compareReference')}
        value={typed}
        error={problem}
        onChange={(text) => {
          setTyped(text);
          setProblem(undefined);
        }}
        onSubmit={submit}
        onChoose={choose}
        autoFocus
      />
      <div className={styles.choices}>
        <Button
          size="sm"
          isDisabled={before === undefined}
          onPress={() => before !== undefined && choose({ kind: 'build', buildId: before.id })}
        >
          {before === undefined ? t('noPreviousBuild') : t('previousBuild', { number: before.number })}
        </Button>
        <Button size="sm" onPress={() => void openArchive()}>
          {t('compareArchive')}
        </Button>
      </div>
      {error !== undefined && <ErrorNote error={error} onDismiss={() => setError(undefined)} />}
    </Dialog>
  );
}

/** The repository of the open image, to which another tag is added most often. */
function usualReference({ source }: ReadyImage): string {
  return source.kind === 'registry' ? source.reference.replace(/@.*$/, '').replace(/:[\w.-]+$/, ':') : '';
}
