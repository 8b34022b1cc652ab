import { Hammer, History, Layers, Server, SlidersHorizontal } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoot } from '../stores/bootStore';
import { runningBuild, useBuilds } from '../stores/buildsStore';
import { showView, useUi, views } from '../stores/uiStore';
import type { View } from '../stores/uiStore';
import { Tab, TabList, TabPanel, Tabs } from '../ui/Tabs';
import { BuildView } from './BuildView';
import { ErrorBoundary } from './ErrorBoundary';
import styles from './Frame.module.css';
import { keysOf } from './keyMap';
import { StatusBar } from './StatusBar';
import { TitleBar } from './TitleBar';

const ImagesView = lazy(() => import('../features/images/ImagesView'));
const HistoryView = lazy(() => import('../features/history/HistoryView'));
const BuildersView = lazy(() => import('../features/builders/BuildersView'));
const SettingsView = lazy(() => import('../features/settings/SettingsView'));

const icons: Record<View, LucideIcon> = {
  build: Hammer,
  images: Layers,
  history: History,
  builders: Server,
  settings: SlidersHorizontal,
};

/** Title bar, rail, the view that is shown, status bar. */
export function Frame() {
  const { t } = useTranslation('app');
  const view = useUi((state) => state.view);
  return (
    <div className={styles.frame}>
      <TitleBar />
      <Tabs selected={view} onSelect={showView} className={styles.body ?? ''}>
        <nav className={styles.rail} aria-label={t('views')}>
          <TabList label={t('views')} orientation="vertical" look="bare" className={styles.tabs ?? ''}>
            {views.map((id) => (
              <RailTab key={id} id={id} />
            ))}
          </TabList>
        </nav>
        <main className={styles.main}>
          <TabPanel id="build" keepMounted isFocusable={false} className={styles.panel ?? ''}>
            <h1 className={styles.hidden}>{t('view.build')}</h1>
            <ErrorBoundary>
              <BuildView />
            </ErrorBoundary>
          </TabPanel>
          <LazyPanel id="images" content={ImagesView} />
          <LazyPanel id="history" content={HistoryView} />
          <LazyPanel id="builders" content={BuildersView} />
          <LazyPanel id="settings" content={SettingsView} />
        </main>
      </Tabs>
      <StatusBar />
    </div>
  );
}

function LazyPanel({ id, content: Content }: { id: View; content: ComponentType }) {
  return (
    <TabPanel id={id} isFocusable={false} className={styles.panel ?? ''}>
      <ErrorBoundary>
        <Suspense>
          <Content />
        </Suspense>
      </ErrorBoundary>
    </TabPanel>
  );
}

function RailTab({ id }: { id: View }) {
  const { t } = useTranslation('app');
  const os = useBoot((state) => state.boot.os);
  const running = useBuilds((state) => runningBuild(state) !== undefined);
  const Icon = icons[id];
  return (
    <Tab
      id={id}
      look="bare"
      label={t(`view.${id}`)}
      title={`${t(`view.${id}`)} (${keysOf(`view.${id}`, os)})`}
      className={styles.tab ?? ''}
    >
      <Icon size={18} strokeWidth={1.5} aria-hidden="true" />
      {id === 'build' && running && <span className={styles.live} aria-hidden="true" />}
    </Tab>
  );
}
