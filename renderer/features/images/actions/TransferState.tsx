import { CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../../shared/model/bytes';
import { openImage } from '../../../stores/imagesStore';
import { Button } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { CopyButton } from '../CopyButton';
import styles from './Actions.module.css';
import type { Transfer } from './useTransfer';

/** How far a transfer is, where the image is then, or why it is not there. */
export function TransferState({
  transfer,
  onRetry,
  onOpened,
}: {
  transfer: Transfer;
  onRetry: () => void;
  /** The new image was opened in the view. */
  onOpened: () => void;
}) {
  const { t } = useTranslation('images');
  switch (transfer.status) {
    case 'idle':
      return null;
    case 'running': {
      const { progress } = transfer;
      const text =
        progress === undefined
          ? t('transferBegins')
          : t('transferred', {
              done: formatBytes(progress.transferredBytes),
              total: formatBytes(progress.totalBytes),
            });
      return (
        <div className={styles.transfer}>
          <p role="status">
            {text}
            {progress !== undefined &&
              progress.presentBytes > 0 &&
              `, ${t('wasPresent', { size: formatBytes(progress.presentBytes) })}`}
          </p>
          <progress
            aria-label={t('transfer')}
            max={1}
            {...(progress === undefined || progress.totalBytes === 0
              ? {}
              : { value: Math.min(1, progress.transferredBytes / progress.totalBytes) })}
          />
        </div>
      );
    }
    case 'done': {
      const { digest, references, path } = transfer.result;
      const [reference] = references;
      return (
        <div role="status" className={styles.done}>
          <p className={styles.doneLine}>
            <CircleCheck size={14} strokeWidth={1.5} aria-hidden="true" />
            {path === undefined ? t('storedAs') : t('storedIn', { path })}
          </p>
          {references.map((one) => (
            <p key={one} className={styles.code}>
              {one}
            </p>
          ))}
          <p className={styles.code}>{digest}</p>
          <div className={styles.row}>
            <CopyButton label={t('copyDigest')} text={digest} />
            {(reference !== undefined || path !== undefined) && (
              <Button
                size="sm"
                autoFocus
                onPress={() => {
                  void openImage(
                    reference === undefined
                      ? { kind: 'archive', path: path ?? '' }
                      : { kind: 'registry', reference },
                  );
                  onOpened();
                }}
              >
                {t('openResult')}
              </Button>
            )}
          </div>
        </div>
      );
    }
    case 'failed':
      return <ErrorNote error={transfer.error} onRetry={onRetry} />;
  }
}
