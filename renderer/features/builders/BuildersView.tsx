import { Plus, Server } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../shared/model/bytes';
import { chosenBuilder, useBuilders } from '../../stores/buildersStore';
import { setNewBuilderOpen, showBuilder, useUi } from '../../stores/uiStore';
import { Button, IconButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { BuilderDetail } from './BuilderDetail';
import { BuilderList } from './BuilderList';
import styles from './BuildersView.module.css';
import { NewBuilderSheet } from './NewBuilderSheet';

/** All builders on the left, one of them in full on the right. */
export default function BuildersView() {
  const { t } = useTranslation('builders');
  const builders = useBuilders((state) => state.builders);
  const loaded = useBuilders((state) => state.loaded);
  const shownName = useUi((state) => state.shownBuilder);
  const creating = useUi((state) => state.newBuilderOpen);
  const shown = chosenBuilder(builders, shownName);
  const cache = builders
    .flatMap((builder) => builder.nodes)
    .reduce((sum, node) => sum + (node.cacheBytes ?? 0), 0);
  return (
    <div className={styles.view}>
      <aside className={styles.side} aria-label={t('title')}>
        <header className={styles.sideHead}>
          <h1>{t('title')}</h1>
          <IconButton
            size="sm"
            label={t('newBuilder')}
            icon={<Plus size={14} strokeWidth={1.5} aria-hidden="true" />}
            onPress={() => setNewBuilderOpen(true)}
          />
        </header>
        <BuilderList builders={builders} shown={shown} />
        <footer className={styles.sideFoot}>
          <span>{t('count', { count: builders.length })}</span>
          {cache > 0 && <span>{t('cache', { size: formatBytes(cache) })}</span>}
        </footer>
      </aside>
      {shown !== undefined ? (
        <BuilderDetail key={shown.name} builder={shown} />
      ) : loaded ? (
        <EmptyState
          icon={<Server size={28} strokeWidth={1.25} />}
          title={t('emptyTitle')}
          actions={
            <Button look="primary" onPress={() => setNewBuilderOpen(true)}>
              {t('newBuilder')}
            </Button>
          }
        >
          {t('emptyText')}
        </EmptyState>
      ) : (
        <EmptyState title={t('loading')} />
      )}
      {creating && (
        <NewBuilderSheet
          onClose={() => setNewBuilderOpen(false)}
          onCreated={(builder) => {
            setNewBuilderOpen(false);
            showBuilder(builder.name);
          }}
        />
      )}
    </div>
  );
}
