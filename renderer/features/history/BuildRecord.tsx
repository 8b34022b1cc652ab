import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BuildSummary, StudioErrorData } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { isRunning, removeBuild, showBuild } from '../../stores/buildsStore';
import { inspectImage, showView } from '../../stores/uiStore';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { buildStatusIcon, StatusIcon } from '../../ui/StatusIcon';
import { Tab, TabList, TabPanel, Tabs } from '../../ui/Tabs';
import { momentText } from '../../ui/timeText';
import { BuildOverview } from './BuildOverview';
import styles from './HistoryView.module.css';

/** One build of the history in full. */
export function BuildRecord({ build }: { build: BuildSummary }) {
  const { t, i18n } = useTranslation(['history', 'app']);
  const [tab, setTab] = useState<'overview' | 'logs'>('overview');
  const [removing, setRemoving] = useState(false);
  const [error, setError] = useState<StudioErrorData>();
  const attempt = (work: Promise<unknown>): void => {
    work.catch((thrown: unknown) => setError(errorData(thrown)));
  };
  const openRun = (): void => {
    showBuild(build.id);
    showView('build');
  };
  const hasImage = build.result !== undefined && build.result.platforms.length > 0;
  return (
    <>
      <header className={styles.recordHead}>
        <StatusIcon status={buildStatusIcon(build)} />
        <h2>{build.projectName}</h2>
        <span className={styles.dim}>#{build.number}</span>
        <span className={styles.sub}>{t(`buildStatus.${build.status}`, { ns: 'app' })}</span>
        <span className={`${styles.dim} ${styles.cut}`}>
          {t('started', { when: momentText(build.startedMs, i18n.language) })}
        </span>
        <span className={styles.spring} />
        {hasImage && (
          <Button size="sm" onPress={() => inspectImage(build.id)}>
            {t('inspect')}
          </Button>
        )}
        {build.result?.path !== undefined && (
          <Button size="sm" onPress={() => attempt(studio().call('outputs.reveal', { id: build.id }))}>
            {t('reveal')}
          </Button>
        )}
        <Button size="sm" onPress={openRun}>
          {t('openRun')}
        </Button>
        {!isRunning(build) && (
          <Button size="sm" look="danger" onPress={() => setRemoving(true)}>
            {t('remove')}
          </Button>
        )}
      </header>
      {error !== undefined && <ErrorNote error={error} onDismiss={() => setError(undefined)} />}
      <Tabs selected={tab} onSelect={setTab} className={styles.tabs ?? ''}>
        <div className={styles.tabBar}>
          <TabList label={t('sections')}>
            <Tab id="overview">{t('overview')}</Tab>
            <Tab id="logs">{t('logs')}</Tab>
          </TabList>
        </div>
        <TabPanel id="overview" className={styles.body ?? ''}>
          <BuildOverview build={build} />
        </TabPanel>
        <TabPanel id="logs" className={styles.body ?? ''}>
          <div className={styles.overview}>
            <p className={styles.sub}>{t('logText')}</p>
            <div>
              <Button onPress={openRun}>{t('openRun')}</Button>
            </div>
          </div>
        </TabPanel>
      </Tabs>
      <ConfirmDialog
        title={t('removeTitle', { name: build.projectName, number: build.number })}
        isOpen={removing}
        confirmLabel={t('remove')}
        onClose={() => setRemoving(false)}
        onConfirm={() => {
          setRemoving(false);
          attempt(removeBuild(build.id));
        }}
      >
        <p className={styles.sub}>{t('removeText')}</p>
      </ConfirmDialog>
    </>
  );
}
