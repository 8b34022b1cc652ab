import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudioErrorData } from '../../../../shared/contract';
import { errorData, studio } from '../../../app/studio';
import { refreshImages } from '../../../stores/imagesStore';
import type { ReadyImage } from '../../../stores/imagesStore';
import { Button } from '../../../ui/Button';
import { ConfirmDialog, Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { imageTotals } from '../imageParts';
import styles from './Actions.module.css';

/** Asks before a tag is deleted, and says what that means. */
export function DeleteTag({
  image,
  reference,
  onClose,
}: {
  image: ReadyImage;
  reference: string;
  onClose: () => void;
}) {
  const { t } = useTranslation(['images', 'app']);
  const [state, setState] = useState<'asking' | 'deleting' | 'deleted' | StudioErrorData>('asking');
  const { digest } = image.document.root.descriptor;
  const { platforms } = imageTotals(image.document.root);
  const remove = async (): Promise<void> => {
    setState('deleting');
    try {
      await studio().call('images.deleteTag', { reference, digest });
      setState('deleted');
    } catch (thrown) {
      setState(errorData(thrown));
    }
  };
  if (state === 'asking') {
    return (
      <ConfirmDialog
        title={t('deleteTitle', { reference })}
        isOpen
        confirmLabel={t('deleteTag')}
        onConfirm={() => void remove()}
        onClose={onClose}
      >
        <p>{t('deleteLoses', { count: platforms })}</p>
        <p className={styles.code}>{digest}</p>
        <p>{t('deleteOthers')}</p>
      </ConfirmDialog>
    );
  }
  return (
    <Dialog
      title={t('deleteTitle', { reference })}
      isOpen
      onClose={onClose}
      footer={
        <>
          {state === 'deleted' && (
            <Button
              autoFocus
              onPress={() => {
                void refreshImages();
                onClose();
              }}
            >
              {t('refresh')}
            </Button>
          )}
          <Button onPress={onClose}>{t('ui.close', { ns: 'app' })}</Button>
        </>
      }
    >
      {state === 'deleting' && <p role="status">{t('deleting', { reference })}</p>}
      {state === 'deleted' && <p role="status">{t('deleted', { reference })}</p>}
      {typeof state === 'object' && <ErrorNote error={state} onRetry={() => void remove()} />}
    </Dialog>
  );
}
