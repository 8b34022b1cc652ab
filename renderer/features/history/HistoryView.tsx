import { History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Panel } from 'react-resizable-panels';
import { Split, SplitBorder } from '../../app/Split';
import { useBuilds } from '../../stores/buildsStore';
import { selectInHistory, showView, useUi } from '../../stores/uiStore';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { BuildRecord } from './BuildRecord';
import { BuildsGrid } from './BuildsGrid';
import styles from './HistoryView.module.css';

/** All builds of all projects, and one of them in full below. */
export default function HistoryView() {
  const { t } = useTranslation(['history', 'app']);
  const builds = useBuilds((state) => state.builds);
  const loaded = useBuilds((state) => state.loaded);
  const selected = useUi((state) => state.historyId);
  const build = builds.find((one) => one.id === selected);

  if (!loaded) return <EmptyState title={t('loading')} />;
  if (builds.length === 0) {
    return (
      <EmptyState
        icon={<History size={28} strokeWidth={1.25} />}
        title={t('emptyTitle')}
        actions={
          <Button look="primary" onPress={() => showView('build')}>
            {t('goBuild')}
          </Button>
        }
      >
        {t('emptyText')}
      </EmptyState>
    );
  }
  return (
    <Split id="history" orientation="vertical" panels={['builds', 'record']}>
      <Panel id="builds" minSize={120} defaultSize="42%" className={styles.pane ?? ''}>
        <header className={styles.head}>
          <h1>{t('title')}</h1>
          <span className={styles.dim}>{t('count', { count: builds.length })}</span>
        </header>
        <BuildsGrid builds={builds} selected={build?.id} onSelect={selectInHistory} />
      </Panel>
      <SplitBorder label={t('resize.list', { ns: 'app' })} />
      <Panel id="record" minSize={160} className={styles.pane ?? ''}>
        {build === undefined ? (
          <EmptyState title={t('chooseTitle')}>{t('chooseText')}</EmptyState>
        ) : (
          <BuildRecord key={build.id} build={build} />
        )}
      </Panel>
    </Split>
  );
}
