import { useTranslation } from 'react-i18next';
import type { Builder, BuilderNode } from '../../../shared/contract';
import { ConfirmDialog } from '../../ui/Dialog';
import { removeNode } from './builderWork';
import { Losses } from './Losses';
import styles from './Nodes.module.css';

/** Asks before a node is taken out of its builder, and says what goes with it. */
export function RemoveNode({
  builder,
  node,
  onClose,
}: {
  builder: Builder;
  node: BuilderNode;
  onClose: () => void;
}) {
  const { t } = useTranslation('builders');
  return (
    <ConfirmDialog
      title={t('removeNodeTitle', { node: node.name, name: builder.name })}
      isOpen
      confirmLabel={t('removeNodeConfirm')}
      onConfirm={() => {
        onClose();
        void removeNode(builder.name, node.name);
      }}
      onClose={onClose}
    >
      <div className={styles.text}>
        <Losses builder={builder} nodes={[node]} keepsCache={false} />
      </div>
    </ConfirmDialog>
  );
}
