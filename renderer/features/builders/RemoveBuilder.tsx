import { useTranslation } from 'react-i18next';
import type { Builder } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { isRunning, useBuilds } from '../../stores/buildsStore';
import { ConfirmDialog } from '../../ui/Dialog';
import styles from './BuildersView.module.css';

/** Asks before a builder is removed, and says what goes with it. */
export function RemoveBuilder({
  builder,
  isOpen,
  onConfirm,
  onClose,
}: {
  builder: Builder;
  isOpen: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('builders');
  const building = useBuilds((state) =>
    state.builds.some((build) => build.builder === builder.name && isRunning(build)),
  );
  const known = builder.nodes.some((node) => node.cacheBytes !== undefined);
  const cache = builder.nodes.reduce((sum, node) => sum + (node.cacheBytes ?? 0), 0);
  return (
    <ConfirmDialog
      title={t('removeTitle', { name: builder.name })}
      isOpen={isOpen}
      confirmLabel={t('remove')}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <div className={styles.text}>
        <p>{t(builder.canStop ? 'removeText' : 'removeRemote')}</p>
        <ul>
          {builder.canStop && (
            <li>{known ? t('cache', { size: formatBytes(cache) }) : t('removeCacheUnknown')}</li>
          )}
          <li>{t('removeNodes', { nodes: builder.nodes.map((node) => node.name).join(', ') })}</li>
        </ul>
        {building && <p className={styles.failed}>{t('removeRunning')}</p>}
        <p>{t('removeKept')}</p>
      </div>
    </ConfirmDialog>
  );
}
