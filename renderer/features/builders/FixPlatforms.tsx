import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode, StudioErrorData } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { PlatformField } from '../../ui/PlatformField';
import styles from './Nodes.module.css';
import { platformsOf } from './platformList';

/** Chooses the platforms that go to a node before any other; none means what its daemon detects. */
export function FixPlatforms({
  builder,
  node,
  onClose,
}: {
  builder: Builder;
  node: BuilderNode;
  onClose: () => void;
}) {
  const { t } = useTranslation('builders');
  const [platforms, setPlatforms] = useState<readonly string[]>(node.fixedPlatforms);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<StudioErrorData>();
  const taken = builder.nodes
    .filter((other) => other.name !== node.name)
    .flatMap((other) =>
      other.fixedPlatforms
        .filter((platform) => platforms.includes(platform))
        .map((platform) => ({ node: other.name, platform })),
    );
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      await studio().call('builders.setPlatforms', {
        name: builder.name,
        node: node.name,
        platforms: [...platforms],
      });
      onClose();
    } catch (thrown) {
      setError(errorData(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t('fixTitle', { node: node.name })}
      isOpen
      onClose={onClose}
      footer={
        <>
          {platforms.length > 0 && <Button onPress={() => setPlatforms([])}>{t('detectPlatforms')}</Button>}
          <span className={styles.spring} />
          <Button onPress={onClose}>{t('dialog.cancel')}</Button>
          <Button look="primary" isPending={busy} onPress={() => void save()}>
            {t('saveFixed')}
          </Button>
        </>
      }
    >
      <p className={styles.text}>{t('fixText')}</p>
      <PlatformField
        label={t('fixedPlatforms')}
        platforms={platforms}
        suggestions={platformsOf(builder.nodes)}
        onChange={(next) => {
          setPlatforms(next);
          setError(undefined);
        }}
        description={platforms.length === 0 ? t('detected') : t('fixHint')}
      />
      {taken.map(({ node: other, platform }) => (
        <p key={`${other} ${platform}`} className={styles.text}>
          {t('takenFrom', { platform, node: other })}
        </p>
      ))}
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  );
}
