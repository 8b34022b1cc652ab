import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder, StudioErrorData } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { Button } from '../../ui/Button';
import { builderStatus, Dot } from '../../ui/Dot';
import { ErrorNote } from '../../ui/ErrorNote';
import styles from './BuildersView.module.css';
import { DiskUse } from './disk/DiskUse';
import { GcPolicy } from './GcPolicy';
import { NodesTable } from './NodesTable';
import { RemoveBuilder } from './RemoveBuilder';

type Action = 'start' | 'stop' | 'use' | 'remove' | 'refresh';

/** One builder: its state, what can be done with it, its nodes. */
export function BuilderDetail({ builder }: { builder: Builder }) {
  const { t } = useTranslation(['builders', 'app']);
  const [busy, setBusy] = useState<Action>();
  const [error, setError] = useState<StudioErrorData>();
  const [removing, setRemoving] = useState(false);
  const status = builderStatus(builder.nodes);
  const isUp = status === 'running' || status === 'starting';

  const act = async (action: Action): Promise<void> => {
    setBusy(action);
    setError(undefined);
    try {
      await studio().call(`builders.${action}`, { name: builder.name });
    } catch (thrown) {
      setError(errorData(thrown));
    } finally {
      setBusy(undefined);
    }
  };
  // Not disabled: that would take the focus away.
  const idle = { isPending: busy !== undefined };
  return (
    <section aria-label={t('region', { name: builder.name })} className={styles.detail}>
      <header className={styles.head}>
        <Dot status={status} />
        <h2>{builder.name}</h2>
        <span className={styles.sub} role="status">
          {builder.driver}, {t(`nodeStatus.${status}`, { ns: 'app' })}
          {builder.current && `, ${t('current')}`}
        </span>
        <span className={styles.spring} />
        {builder.canStart && !isUp && (
          <Button size="sm" onPress={() => void act('start')} {...idle}>
            {t('start')}
          </Button>
        )}
        {builder.canStop && isUp && (
          <Button size="sm" onPress={() => void act('stop')} {...idle}>
            {t('stop')}
          </Button>
        )}
        <Button size="sm" onPress={() => void act('use')} isDisabled={builder.current} {...idle}>
          {t('use')}
        </Button>
        {builder.canRemove && (
          <Button size="sm" look="danger" onPress={() => setRemoving(true)} {...idle}>
            {t('remove')}
          </Button>
        )}
      </header>
      <div className={styles.notes}>
        {error !== undefined && <ErrorNote error={error} onDismiss={() => setError(undefined)} />}
        {builder.nodes.map(
          (node) =>
            node.error !== undefined && (
              <ErrorNote
                key={node.name}
                error={node.error}
                actions={
                  <Button look="link" onPress={() => void act('refresh')} {...idle}>
                    {t('retry')}
                  </Button>
                }
              />
            ),
        )}
      </div>
      <section className={styles.section}>
        <h3 className={styles.sectionHead}>
          {t('nodes')}
          <span className={styles.dim}>{builder.nodes.length}</span>
        </h3>
        <NodesTable nodes={builder.nodes} />
      </section>
      {builder.nodes
        .filter((node) => node.gcPolicy.length > 0)
        .map((node) => (
          <GcPolicy key={node.name} node={node} alone={builder.nodes.length === 1} />
        ))}
      <DiskUse builder={builder} />
      <RemoveBuilder
        builder={builder}
        isOpen={removing}
        onClose={() => setRemoving(false)}
        onConfirm={() => {
          setRemoving(false);
          void act('remove');
        }}
      />
    </section>
  );
}
