import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder } from '../../../shared/contract';
import { Checkbox } from '../../ui/Checkbox';
import { ConfirmDialog } from '../../ui/Dialog';
import { removeBuilder, useRemovalFailed } from './builderWork';
import { Losses } from './Losses';
import styles from './Nodes.module.css';

/** Asks before a builder is removed, and says what goes with it. */
export function RemoveBuilder({ builder, onClose }: { builder: Builder; onClose: () => void }) {
  const { t } = useTranslation('builders');
  const [keepsCache, setKeepsCache] = useState(false);
  const [forces, setForces] = useState(false);
  const hasFailed = useRemovalFailed(builder.name);
  return (
    <ConfirmDialog
      title={t('removeTitle', { name: builder.name })}
      isOpen
      confirmLabel={t('remove')}
      onConfirm={() => {
        onClose();
        void removeBuilder(builder.name, { keepState: keepsCache, force: forces });
      }}
      onClose={onClose}
    >
      <div className={styles.text}>
        <Losses builder={builder} nodes={builder.nodes} keepsCache={keepsCache} />
        {builder.canKeepState && (
          <Checkbox isSelected={keepsCache} onChange={setKeepsCache}>
            {t('keepCache')}
          </Checkbox>
        )}
        {hasFailed && (
          <Checkbox isSelected={forces} onChange={setForces}>
            {t('forceRemove')}
          </Checkbox>
        )}
      </div>
    </ConfirmDialog>
  );
}
