import { Plus, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Builder } from '../../../shared/contract';
import { coreText } from '../../locales/core';
import { Button } from '../../ui/Button';
import { builderStatus, Dot } from '../../ui/Dot';
import { ErrorNote } from '../../ui/ErrorNote';
import { Menu } from '../../ui/Menu';
import styles from './BuildersView.module.css';
import {
  cancelWork,
  dismissWorkError,
  restartBuilder,
  startBuilder,
  stopBuilder,
  useWork,
  useWorkError,
} from './builderWork';
import { DiskUse } from './disk/DiskUse';
import { Emulation } from './Emulation';
import { NewBuilderSheet } from './NewBuilderSheet';
import { NodeSettings } from './NodeSettings';
import { Nodes } from './Nodes';
import { PlatformMap } from './PlatformMap';
import { RemoveBuilder } from './RemoveBuilder';
import { UseItems } from './UseItems';

/** One builder: its state, what can be done with it, its nodes, and what is on their disks. */
export function BuilderDetail({ builder }: { builder: Builder }) {
  const { t } = useTranslation('builders');
  const failure = useWorkError(builder.name);
  // What a node says itself is not said twice.
  const isSaid = builder.nodes.some((node) => node.error?.message === failure?.message);
  const error = isSaid ? undefined : failure;
  const [asks, setAsks] = useState<'remove' | 'append'>();
  const close = (): void => setAsks(undefined);
  return (
    <section aria-label={t('region', { name: builder.name })} className={styles.detail}>
      <Head builder={builder} onAsk={setAsks} />
      {error !== undefined && (
        <div className={styles.notes}>
          <ErrorNote error={error} onDismiss={() => dismissWorkError(builder.name)} />
        </div>
      )}
      <Nodes builder={builder} />
      <div className={styles.halves}>
        <PlatformMap builder={builder} />
        <Emulation builder={builder} />
      </div>
      <NodeSettings builder={builder} />
      <DiskUse builder={builder} />
      {asks === 'remove' && <RemoveBuilder builder={builder} onClose={close} />}
      {asks === 'append' && <NewBuilderSheet addTo={builder} onClose={close} onCreated={close} />}
    </section>
  );
}

function Head({ builder, onAsk }: { builder: Builder; onAsk: (what: 'remove' | 'append') => void }) {
  const { t } = useTranslation(['builders', 'app']);
  const work = useWork(builder.name);
  const { name, nodes } = builder;
  const status = builderStatus(nodes);
  const isUp = status === 'running' || status === 'starting';
  const activity = nodes.find((node) => node.activity !== undefined)?.activity;
  const doing = activity === undefined ? undefined : coreText(activity);
  const versions = [...new Set(nodes.flatMap(({ version }) => (version === undefined ? [] : [version])))];
  // Not disabled: that would take the focus away.
  const idle = { isPending: work !== undefined };
  const canCancel = work === 'start' || work === 'restart' || work === 'install';
  return (
    <header className={styles.head}>
      <Dot status={status} />
      <h2>{name}</h2>
      <span className={styles.sub} role="status">
        {builder.driver}, {t(`nodeStatus.${status}`, { ns: 'app' })}
        {builder.current && `, ${t('current')}`}
      </span>
      <span className={styles.doing} title={doing}>
        {doing ?? versions.map((version) => `BuildKit ${version}`).join(', ')}
      </span>
      {canCancel && (
        <Button size="sm" onPress={() => cancelWork(name)}>
          {t('cancelStart')}
        </Button>
      )}
      {!canCancel && builder.canStart && !isUp && (
        <Button size="sm" onPress={() => void startBuilder(name)} {...idle}>
          {t('start')}
        </Button>
      )}
      {!canCancel && builder.canStop && isUp && (
        <Button size="sm" onPress={() => void stopBuilder(name)} {...idle}>
          {t('stop')}
        </Button>
      )}
      {builder.canStop && builder.canStart && isUp && (
        <Button
          size="sm"
          icon={<RefreshCw size={12} strokeWidth={1.5} aria-hidden="true" />}
          onPress={() => void restartBuilder(name)}
          {...idle}
        >
          {t('restart')}
        </Button>
      )}
      <UseMenu builder={builder} />
      {builder.canAppend && (
        <Button
          size="sm"
          icon={<Plus size={12} strokeWidth={1.5} aria-hidden="true" />}
          onPress={() => onAsk('append')}
          {...idle}
        >
          {t('addNode')}
        </Button>
      )}
      {builder.canRemove && (
        <Button size="sm" look="danger" onPress={() => onAsk('remove')} {...idle}>
          {t('remove')}
        </Button>
      )}
    </header>
  );
}

/** Where the builder shall be used: for the open project, or for new ones. */
function UseMenu({ builder }: { builder: Builder }) {
  const { t } = useTranslation('builders');
  return (
    <Menu label={t('use')} placement="bottom end" trigger={<Button size="sm">{t('use')}</Button>}>
      <UseItems builder={builder} />
    </Menu>
  );
}
