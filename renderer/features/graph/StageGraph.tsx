import { ChevronsDownUp, ChevronsUpDown, CircleAlert, Download, List, Workflow } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudioErrorData } from '../../../shared/contract';
import { errorData } from '../../app/studio';
import { rememberLayout, useBoot } from '../../stores/bootStore';
import { useProject } from '../../stores/projectStore';
import { revealLine, useUi } from '../../stores/uiStore';
import { IconButton, IconToggle } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { Menu, MenuItem } from '../../ui/Menu';
import { useBuildMarks } from '../dockerfile/useBuildMarks';
import type { CardActions } from './Cards';
import { exportGraph } from './exportGraph';
import styles from './Graph.module.css';
import { GraphCanvas } from './GraphCanvas';
import type { Selection } from './GraphCanvas';
import { GraphList } from './GraphList';
import type { GraphModel } from './graphModel';
import type { GraphProblem } from './graphProblems';
import type { Graph } from './graphSession';
import { NodeMenu } from './NodeMenu';
import type { MenuRequest } from './NodeMenu';
import { sourceState, stageState } from './nodeState';
import { useDescriptions } from './useDescriptions';
import type { Descriptions } from './useDescriptions';
import { useGraph } from './useGraph';

/** The stages of the text on screen and what flows between them, with the shown build's progress in them. */
export function StageGraph() {
  const { t } = useTranslation('graph');
  const [steps, setSteps] = useState<'auto' | 'open' | 'folded'>('auto');
  const [turned, setTurned] = useState<readonly string[]>(noKeys);
  const [tidied, setTidied] = useState(0);
  const graph = useGraph({ steps, turned, tidied });
  const file = useProject((state) => `${state.project?.path}\n${state.dockerfile}`);
  const asList = useBoot((state) => state.layout[listKey] === true);
  const [saveError, setSaveError] = useState<StudioErrorData>();
  const hasStages = graph !== undefined && graph.model.stages.length > 0;
  const anyOpen = graph !== undefined && graph.open.size > 0;
  const showAll = (all: boolean): void => {
    setSteps(all ? 'open' : 'folded');
    setTurned(noKeys);
    setTidied((count) => count + 1);
  };
  return (
    <section aria-label={t('region')} className={styles.region}>
      <header className={styles.head}>
        <h2 className={styles.title}>{t('title')}</h2>
        {graph !== undefined && <Counts model={graph.model} />}
        {hasStages && (
          <span className={styles.tools}>
            {!asList && (
              <IconButton
                label={t(anyOpen ? 'hideAllSteps' : 'showAllSteps')}
                size="sm"
                icon={
                  anyOpen ? (
                    <ChevronsDownUp size={14} strokeWidth={1.5} />
                  ) : (
                    <ChevronsUpDown size={14} strokeWidth={1.5} />
                  )
                }
                onPress={() => showAll(!anyOpen)}
              />
            )}
            <IconToggle
              label={t('asList')}
              size="sm"
              icon={asList ? <Workflow size={14} strokeWidth={1.5} /> : <List size={14} strokeWidth={1.5} />}
              isSelected={asList}
              onChange={(list) => rememberLayout(listKey, list)}
            />
            <ExportMenu graph={graph} onError={setSaveError} />
          </span>
        )}
      </header>
      {saveError !== undefined && <ErrorNote error={saveError} onDismiss={() => setSaveError(undefined)} />}
      {graph !== undefined &&
        (hasStages ? (
          <GraphBody
            key={file}
            graph={graph}
            asList={asList}
            onTurn={(key) =>
              setTurned((keys) => (keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]))
            }
            onTidy={() => setTidied((count) => count + 1)}
          />
        ) : (
          <p className={styles.empty}>{t('empty')}</p>
        ))}
    </section>
  );
}

const noKeys: readonly string[] = [];
const listKey = 'graph.list';

function Counts({ model }: { model: GraphModel }) {
  const { t } = useTranslation('graph');
  const images = model.sources.filter(({ kind }) => kind === 'image').length;
  const contexts = model.sources.filter(({ kind }) => kind === 'context').length;
  return (
    <span className={`${styles.dim} ${styles.cut}`}>
      {[
        t('stages', { count: model.stages.length }),
        t('images', { count: images }),
        ...(contexts === 0 ? [] : [t('contexts', { count: contexts })]),
      ].join(', ')}
    </span>
  );
}

function GraphBody({
  graph,
  asList,
  onTurn,
  onTidy,
}: {
  graph: Graph;
  asList: boolean;
  onTurn: (key: string) => void;
  onTidy: () => void;
}) {
  const build = useBuildMarks();
  const { model, keys } = graph;
  const descriptions = useDescriptions(model, build?.platforms ?? []);
  const selection = useSelection(model);
  const [menu, setMenu] = useState<MenuRequest>();
  const onMenu = useCallback((id: string, x: number, y: number) => setMenu({ id, x, y }), []);
  const latest = useRef({ model, keys, onTurn });
  useEffect(() => {
    latest.current = { model, keys, onTurn };
  });
  const actions = useMemo(
    (): CardActions => ({
      go: ({ id, line }) => {
        const card = cardOf(latest.current.model, id);
        if (card !== undefined) revealLine(line ?? card.line);
      },
      turn: (id) => latest.current.onTurn(latest.current.keys.get(id) ?? id),
    }),
    [],
  );
  const asked = menu === undefined ? undefined : cardOf(model, menu.id);
  return (
    <>
      <Problems problems={model.problems} descriptions={descriptions} />
      <div className={styles.canvas}>
        {asList ? (
          <GraphList
            model={model}
            build={build}
            descriptions={descriptions}
            selectedId={selection?.id}
            actions={actions}
          />
        ) : (
          <GraphCanvas
            graph={graph}
            build={build}
            descriptions={descriptions}
            selection={selection}
            actions={actions}
            onMenu={onMenu}
            onTidy={onTidy}
          />
        )}
        {asked !== undefined && menu !== undefined && (
          <NodeMenu
            card={asked}
            isLast={asked.id === model.stages.at(-1)?.id}
            state={
              asked.kind === 'stage' ? stageState(asked, build) : sourceState(asked, model.stages, build)
            }
            at={menu}
            isOpen={graph.open.has(asked.id)}
            onTurn={() => actions.turn(asked.id)}
            onClose={() => setMenu(undefined)}
          />
        )}
      </div>
    </>
  );
}

function cardOf(
  model: GraphModel,
  id: string,
): GraphModel['stages'][number] | GraphModel['sources'][number] | undefined {
  return model.stages.find((stage) => stage.id === id) ?? model.sources.find((source) => source.id === id);
}

/** The stage and step that the editor's cursor is in. */
function useSelection({ stages }: GraphModel): Selection | undefined {
  const cursor = useUi((state) => state.cursor.line);
  const stage = stages.findLast(({ line }) => line <= cursor);
  const step = stage?.steps.find(({ lines }) => lines.start <= cursor && cursor <= lines.end);
  const [id, line] = [stage?.id, step?.lines.start];
  return useMemo(() => (id === undefined ? undefined : { id, line }), [id, line]);
}

/** How many problems are told at once; the rest is counted. */
const mostProblems = 3;

function Problems({
  problems,
  descriptions,
}: {
  problems: readonly GraphProblem[];
  descriptions: Descriptions;
}) {
  const { t } = useTranslation('graph');
  if (problems.length === 0) return null;
  const more = problems.length - mostProblems;
  return (
    <ul aria-label={t('problems')} className={styles.problems}>
      {problems.slice(0, mostProblems).map((problem) => {
        const words = descriptions.problem(problem);
        return (
          <li key={words}>
            <CircleAlert size={14} strokeWidth={1.5} aria-hidden="true" />
            <button type="button" className={styles.problem} onClick={() => revealLine(problem.line)}>
              {words}
            </button>
          </li>
        );
      })}
      {more > 0 && <li className={styles.dim}>{t('moreProblems', { count: more })}</li>}
    </ul>
  );
}

function ExportMenu({
  graph,
  onError,
}: {
  graph: Graph;
  onError: (error: StudioErrorData | undefined) => void;
}) {
  const { t } = useTranslation('graph');
  const project = useProject((state) => state.project?.name ?? '');
  const build = useBuildMarks();
  const save = (kind: 'svg' | 'png'): void => {
    onError(undefined);
    exportGraph(kind, graph, build, `${project}-stages`).catch((error: unknown) => onError(errorData(error)));
  };
  return (
    <Menu
      label={t('export')}
      placement="bottom end"
      trigger={<IconButton label={t('export')} size="sm" icon={<Download size={14} strokeWidth={1.5} />} />}
    >
      <MenuItem label={t('exportSvg')} onAction={() => save('svg')} />
      <MenuItem label={t('exportPng')} onAction={() => save('png')} />
    </Menu>
  );
}
