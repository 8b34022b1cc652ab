import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseReference } from '../../../../shared/model/reference';
import { coreText } from '../../../locales/core';
import type { ReadyImage } from '../../../stores/imagesStore';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Segmented } from '../../../ui/Segmented';
import { TextField } from '../../../ui/TextField';
import styles from './Actions.module.css';
import { PlatformChoice, platformsOf } from './PlatformChoice';
import { TransferState } from './TransferState';
import { useTransfer } from './useTransfer';

/** Copies the image, or some of its platforms, to another registry or into an archive. */
export function CopyImage({
  image,
  platforms: usual,
  onClose,
}: {
  image: ReadyImage;
  /** Ticked at first; all when undefined. */
  platforms: string[] | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation(['images', 'app']);
  const platforms = platformsOf(image.document.root);
  const [kind, setKind] = useState<'registry' | 'archive'>('registry');
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(usual ?? platforms);
  const { transfer, start, cancel } = useTransfer();
  const reference = typed.trim();
  const parsed = parseReference(reference);
  const problem =
    kind === 'registry' && reference !== '' && !parsed.ok ? coreText(parsed.error.message) : undefined;
  const isComplete = (kind === 'archive' || parsed.ok) && (platforms.length === 0 || chosen.length > 0);
  const isRunning = transfer.status === 'running';
  const copy = (): void =>
    start({
      stream: 'images.copy',
      params: {
        source: image.source,
        ...(chosen.length === platforms.length ? {} : { platforms: chosen }),
        target: kind === 'archive' ? { kind } : { kind, reference },
      },
    });
  return (
    <Dialog
      title={t('copyTitle', { name: image.document.name })}
      isOpen
      onClose={onClose}
      footer={
        <>
          {isRunning ? (
            <Button onPress={cancel}>{t('cancelTransfer')}</Button>
          ) : (
            <Button onPress={onClose}>{t('ui.close', { ns: 'app' })}</Button>
          )}
          {transfer.status !== 'done' && (
            <Button look="primary" isDisabled={!isComplete} isPending={isRunning} onPress={copy}>
              {t(kind === 'archive' ? 'copyToArchive' : 'copyNow')}
            </Button>
          )}
        </>
      }
    >
      {transfer.status === 'idle' && (
        <>
          <Segmented
            label={t('copyTarget')}
            value={kind}
            onChange={setKind}
            segments={[
              { id: 'registry', label: t('toRegistry') },
              { id: 'archive', label: t('toArchive') },
            ]}
          />
          {kind === 'registry' ? (
            <TextField
              label={t('targetReference')}
              mono
              value={typed}
              placeholder="registry.example.com/team/app:1.0"
              error={problem}
              onChange={setTyped}
              autoFocus
            />
          ) : (
            <p className={styles.quiet}>{t('toArchiveHint')}</p>
          )}
          <PlatformChoice label={t('platforms')} platforms={platforms} chosen={chosen} onChange={setChosen} />
        </>
      )}
      <TransferState transfer={transfer} onRetry={copy} onOpened={onClose} />
    </Dialog>
  );
}
