import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from 'react-resizable-panels';
import { BuildConfiguration } from '../features/configuration/BuildConfiguration';
import { DockerfileEditor } from '../features/editor/DockerfileEditor';
import { StageGraph } from '../features/graph/StageGraph';
import { RunPanel } from '../features/run/RunPanel';
import { Sidebar } from '../features/sidebar/Sidebar';
import { useProject } from '../stores/projectStore';
import { setSidebarOverlay, useUi } from '../stores/uiStore';
import styles from './BuildView.module.css';
import { NoProject } from './NoProject';
import { ProjectError } from './ProjectError';
import { Split, SplitBorder } from './Split';
import { useNarrow } from './useNarrow';

/** Sidebar, editor and graph above the run panel, configuration. */
export function BuildView() {
  const { t } = useTranslation('app');
  const narrow = useNarrow();
  const sidebar = useUi((state) => state.sidebarOpen) && !narrow;
  const hasDockerfile = useProject((state) => state.dockerfile !== undefined);
  const inspector = useUi((state) => state.inspectorOpen) && hasDockerfile;
  const panels = [...(sidebar ? ['sidebar'] : []), 'work', ...(inspector ? ['inspector'] : [])];
  return (
    <div className={styles.view}>
      {narrow && <SidebarOverlay />}
      <Split key={panels.join()} id="build" orientation="horizontal" panels={panels}>
        {sidebar && (
          <>
            <Panel
              id="sidebar"
              defaultSize={240}
              minSize={200}
              maxSize={420}
              groupResizeBehavior="preserve-pixel-size"
            >
              <Sidebar />
            </Panel>
            <SplitBorder label={t('resize.sidebar')} />
          </>
        )}
        <Panel id="work" minSize={420} className={styles.work ?? ''}>
          <ProjectError />
          {hasDockerfile ? <Workbench /> : <NoProject />}
        </Panel>
        {inspector && (
          <>
            <SplitBorder label={t('resize.configuration')} />
            <Panel
              id="inspector"
              defaultSize={300}
              minSize={260}
              maxSize={520}
              groupResizeBehavior="preserve-pixel-size"
            >
              <BuildConfiguration />
            </Panel>
          </>
        )}
      </Split>
    </div>
  );
}

function Workbench() {
  const { t } = useTranslation('app');
  const run = useUi((state) => state.runOpen);
  return (
    <Split
      key={String(run)}
      id="work-rows"
      orientation="vertical"
      panels={run ? ['sources', 'run'] : ['sources']}
    >
      <Panel id="sources" minSize={140} defaultSize="46%">
        <Split id="sources-columns" orientation="horizontal" panels={['editor', 'graph']}>
          <Panel id="editor" minSize={200} defaultSize="55%">
            <DockerfileEditor />
          </Panel>
          <SplitBorder label={t('resize.graph')} />
          <Panel id="graph" minSize={160} collapsible>
            <StageGraph />
          </Panel>
        </Split>
      </Panel>
      {run && (
        <>
          <SplitBorder label={t('resize.run')} />
          <Panel id="run" minSize={120}>
            <RunPanel />
          </Panel>
        </>
      )}
    </Split>
  );
}

/** In a narrow window the sidebar lies over the view until something else is clicked. */
function SidebarOverlay() {
  const open = useUi((state) => state.sidebarOverlay);
  const overlay = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const close = (event: Event): void => {
      const toggles = event.target instanceof Element && event.target.closest('header') !== null;
      if (toggles || overlay.current?.contains(event.target as Node)) return;
      setSidebarOverlay(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setSidebarOverlay(false);
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', escape);
    };
  }, [open]);

  if (!open) return null;
  return (
    <div ref={overlay} className={styles.overlay}>
      <Sidebar />
    </div>
  );
}
