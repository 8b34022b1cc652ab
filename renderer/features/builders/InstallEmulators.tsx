import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode } from '../../../shared/contract';
import { coreText } from '../../locales/core';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { PlatformField } from '../../ui/PlatformField';
import { StatusIcon } from '../../ui/StatusIcon';
import { emulationCommand } from '../configuration/emulation';
import { cancelWork, dismissWorkError, installEmulators, useWork, useWorkError } from './builderWork';
import styles from './Nodes.module.css';

/** Chooses the platforms to emulate, and installs their emulators on the node's machine, through its engine. */
export function InstallEmulators({
  builder,
  node,
  preset,
  onClose,
}: {
  builder: Builder;
  node: BuilderNode;
  preset: readonly string[];
  onClose: () => void;
}) {
  const { t } = useTranslation('builders');
  const [platforms, setPlatforms] = useState(preset);
  const work = useWork(builder.name);
  const error = useWorkError(builder.name);
  const isInstalling = work === 'install';
  const isImpossible = platforms.length > 0 && emulationCommand(platforms) === undefined;
  const close = (): void => {
    dismissWorkError(builder.name);
    onClose();
  };
  const install = async (): Promise<void> => {
    if (await installEmulators(builder.name, node.name, [...platforms])) onClose();
  };
  return (
    <Dialog
      title={t('emulation.dialogTitle', { node: node.name })}
      isOpen
      onClose={close}
      footer={
        <>
          {isInstalling ? (
            <Button onPress={() => cancelWork(builder.name)}>{t('emulation.cancelInstall')}</Button>
          ) : (
            <Button onPress={close}>{t('dialog.cancel')}</Button>
          )}
          <Button
            look="primary"
            isPending={isInstalling}
            isDisabled={platforms.length === 0 || isImpossible}
            onPress={() => void install()}
          >
            {isInstalling ? t('emulation.installing') : t('emulation.confirm')}
          </Button>
        </>
      }
    >
      <p className={styles.text}>{t('emulation.dialogText')}</p>
      <PlatformField
        label={t('emulation.platforms')}
        platforms={platforms}
        onChange={setPlatforms}
        error={isImpossible ? t('emulation.impossible') : undefined}
      />
      <p role="status" className={styles.working}>
        {isInstalling && (
          <>
            <StatusIcon status="running" />
            {node.activity === undefined ? t('emulation.installing') : coreText(node.activity)}
          </>
        )}
      </p>
      {error !== undefined && <ErrorNote error={error} />}
    </Dialog>
  );
}
