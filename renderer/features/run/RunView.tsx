import { Hammer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keysOf } from '../../app/keyMap';
import { rememberLayout, useBoot } from '../../stores/bootStore';
import { dismissStartError, shownBuild, startBuild, useBuilds } from '../../stores/buildsStore';
import { useShownLog } from '../../stores/logStore';
import { useLanes, useProgress } from '../../stores/progressStore';
import { useUi } from '../../stores/uiStore';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Kbd } from '../../ui/Kbd';
import { Lanes } from './lanes/Lanes';
import { daemonAheadMs } from './lanes/timeScale';
import type { TimestampMode } from './log/formatLog';
import { Logs } from './log/Logs';
import type { LogsHandle } from './log/Logs';
import type { LogView } from './log/LogTools';
import { BuildNotices } from './outcome/BuildNotices';
import { FailurePanel } from './outcome/FailurePanel';
import { ResultPanel } from './outcome/ResultPanel';
import { StepsList } from './steps/StepsList';
import styles from './RunPanel.module.css';

/** The shown build: its lanes, steps, logs and outcome; without one, how to get one. */
export function RunView() {
  const startError = useBuilds((state) => state.startError);
  const shownId = useBuilds((state) => state.shownId);
  const starting = useBuilds((state) => state.starting);
  return (
    <div className={styles.view}>
      {startError !== undefined && <ErrorNote error={startError} onDismiss={dismissStartError} />}
      {shownId === undefined ? !starting && <NothingBuilt /> : <ShownBuild key={shownId} />}
    </div>
  );
}

function NothingBuilt() {
  const { t } = useTranslation('run');
  const os = useBoot((state) => state.boot.os);
  const keys = keysOf('build.start', os);
  return (
    <EmptyState
      icon={<Hammer size={20} strokeWidth={1.5} aria-hidden="true" />}
      title={t('empty.title')}
      actions={<Button onPress={() => void startBuild()}>{t('empty.build')}</Button>}
    >
      {t('empty.text')} {keys !== undefined && <Kbd keys={keys} />}
    </EmptyState>
  );
}

function ShownBuild() {
  const summary = useBuilds(shownBuild);
  const progress = useProgress((state) => state.progress);
  const progressError = useProgress((state) => state.error);
  const lanes = useLanes();
  const source = useShownLog();
  const [view, setView] = useLogView();
  const [logs, setLogs] = useState<LogsHandle>();
  const wanted = useUi((state) => state.logSteps);
  useEffect(() => {
    if (wanted === undefined || logs === undefined || wanted.at === shownRequest) return;
    shownRequest = wanted.at;
    logs.scrollToSteps(wanted.ids);
  }, [wanted, logs]);

  if (progressError !== undefined && progress === undefined) return <ErrorNote error={progressError} />;
  if (progress === undefined || source === undefined) return null;

  // The list of builds may hear of the end a moment before the progress does.
  const { endedMs, status, result, error } = progress;
  const failed = status === 'failed' && error !== undefined;
  const showSteps = (ids: readonly string[]): void => logs?.scrollToSteps(ids);
  return (
    <>
      <Lanes progress={progress} lanes={lanes} builderName={summary?.builder} onShowStep={showSteps} />
      <BuildNotices warnings={progress.warnings} />
      <Logs
        source={source}
        lanes={lanes}
        originMs={progress.startedMs + daemonAheadMs(progress, endedMs ?? progress.startedMs + 86_400_000)}
        view={view}
        onView={setView}
        hasOutcome={failed || result !== undefined}
        onReady={setLogs}
        before={view.stepsOpen && <StepsList progress={progress} onShowStep={showSteps} />}
        after={
          view.outcomeOpen &&
          (failed ? (
            <FailurePanel buildId={progress.id} error={error} />
          ) : (
            result !== undefined && (
              <ResultPanel
                buildId={progress.id}
                result={result}
                tookMs={(endedMs ?? progress.startedMs) - progress.startedMs}
              />
            )
          ))
        }
      />
    </>
  );
}

/** The request of {@link showStepsInLogs} that was met last. */
let shownRequest = 0;

const timestampModes: readonly TimestampMode[] = ['relative', 'clock', 'off'];

/** How the run panel shows a build. What concerns only this build (following, its outcome) is not remembered. */
function useLogView(): [LogView, (patch: Partial<LogView>) => void] {
  const layout = useBoot((state) => state.layout);
  const [following, setFollowing] = useState(true);
  const [outcomeOpen, setOutcomeOpen] = useState(true);
  const view: LogView = {
    stepsOpen: layout['run.stepsOpen'] !== false,
    outcomeOpen,
    following,
    timestamps: timestampModes.find((mode) => mode === layout['run.timestamps']) ?? 'relative',
    arrangement: layout['run.arrangement'] === 'merged' ? 'merged' : 'columns',
  };
  const change = ({ following: follow, outcomeOpen: open, ...kept }: Partial<LogView>): void => {
    if (follow !== undefined) setFollowing(follow);
    if (open !== undefined) setOutcomeOpen(open);
    for (const [key, value] of Object.entries(kept)) rememberLayout(`run.${key}`, value);
  };
  return [view, change];
}
