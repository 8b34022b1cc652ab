import { ChevronDown, ChevronUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { shownBuild, useBuilds } from '../../stores/buildsStore';
import { useProblems } from '../../stores/problemsStore';
import { useProgress } from '../../stores/progressStore';
import { setPartOpen, showPanel, useUi } from '../../stores/uiStore';
import type { Panel } from '../../stores/uiStore';
import { IconButton } from '../../ui/Button';
import { buildStatusIcon, StatusIcon } from '../../ui/StatusIcon';
import { Tab, TabList, TabPanel, Tabs } from '../../ui/Tabs';
import { CommandPanel } from '../configuration/CommandPanel';
import { ProblemsPanel } from '../problems/ProblemsPanel';
import { BuildStatusLine } from './BuildStatusLine';
import styles from './RunPanel.module.css';
import { RunView } from './RunView';
import { StepCounts } from './StepCounts';

/** The lower part of the Build view: the shown build, the problems found, the equal command line. */
export function RunPanel() {
  const { t } = useTranslation('run');
  const panel = useUi((state) => state.panel);
  const open = useUi((state) => state.runOpen);
  const summary = useBuilds(shownBuild);
  const starting = useBuilds((state) => state.starting);
  const progress = useProgress((state) => state.progress);
  const problems = useProblems((state) => state.problems.length);

  return (
    <section aria-label={t('region')} className={styles.run}>
      <Tabs<Panel> selected={panel} onSelect={showPanel} className={styles.tabs ?? ''}>
        <header className={styles.head}>
          <TabList label={t('panels.label')} className={styles.panels ?? ''}>
            <Tab id="run">
              {summary !== undefined && <StatusIcon status={buildStatusIcon(summary)} />}
              {t('panels.run')}
              {summary !== undefined && <span aria-hidden="true">#{summary.number}</span>}
            </Tab>
            <Tab id="problems">
              {t('panels.problems')}
              {problems > 0 && (
                <span className={styles.badge} aria-hidden="true">
                  {problems}
                </span>
              )}
            </Tab>
            <Tab id="command">{t('panels.command')}</Tab>
          </TabList>
          <BuildStatusLine summary={summary} progress={progress} starting={starting} />
          {progress !== undefined && <StepCounts progress={progress} />}
          <IconButton
            size="sm"
            label={open ? t('collapse') : t('expand')}
            icon={
              open ? (
                <ChevronDown size={14} strokeWidth={1.5} aria-hidden="true" />
              ) : (
                <ChevronUp size={14} strokeWidth={1.5} aria-hidden="true" />
              )
            }
            onPress={() => setPartOpen('runOpen', !open)}
          />
        </header>
        <TabPanel id="run" className={styles.panel ?? ''}>
          {open && <RunView />}
        </TabPanel>
        <TabPanel id="problems" className={styles.panel ?? ''}>
          {open && <ProblemsPanel />}
        </TabPanel>
        <TabPanel id="command" className={styles.panel ?? ''}>
          {open && <CommandPanel />}
        </TabPanel>
      </Tabs>
    </section>
  );
}
