import { Maximize, Minimize, Minus, Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/Button';
import { StatusDots } from '../dockerfile/StatusDots';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import { SourceCardView, StageCardView } from './Cards';
import type { CardActions } from './Cards';
import { Edges } from './Edges';
import styles from './Graph.module.css';
import type { Graph } from './graphSession';
import { cardWidth } from './layout';
import { move } from './navigation';
import type { Direction, Stop } from './navigation';
import { sourceState, stageState } from './nodeState';
import type { Descriptions } from './useDescriptions';
import { useViewport } from './useViewport';
import type { Viewport } from './useViewport';
import { overlap } from './viewport';

/** What of the graph the editor's cursor is in. */
export interface Selection {
  id: string;
  /** First line of the step. */
  line: number | undefined;
}

interface CanvasProps {
  graph: Graph;
  build: BuildMarks | undefined;
  descriptions: Descriptions;
  selection: Selection | undefined;
  actions: CardActions;
  /** Asks for the menu of a card at a place of the window. */
  onMenu: (id: string, x: number, y: number) => void;
  /** Lays the graph out anew. */
  onTidy: () => void;
}

/** The drawn graph: cards and edges on a sheet that can be moved and zoomed, walked through with the arrow keys. */
export function GraphCanvas({ graph, build, descriptions, selection, actions, onMenu, onTidy }: CanvasProps) {
  const { t } = useTranslation('graph');
  const canvas = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const viewport = useViewport(canvas, layer, graph.layout);
  const [stop, setStop] = useState<Stop>();
  useFollowSelection(selection, graph, viewport, canvas);
  useKeys(canvas, graph, viewport, stop, setStop, actions, onMenu);

  const known = stop !== undefined && graph.layout.places.has(stop.id) ? stop : undefined;
  const active = known ?? firstStop(graph, selection);
  const { model, layout, keys, open } = graph;
  const { drawn } = viewport;
  const buildPlatforms = build?.platforms ?? noPlatforms;
  const visible = (id: string): boolean => {
    const place = layout.places.get(id);
    return (
      place !== undefined &&
      (drawn === undefined || id === active?.id || overlap({ ...place, width: cardWidth }, drawn))
    );
  };
  return (
    <>
      <p id="graph-help" hidden>
        {t('help')}
      </p>
      <div
        ref={canvas}
        role="group"
        aria-label={t('canvas')}
        aria-describedby="graph-help"
        className={styles.window}
      >
        <div ref={layer} className={styles.sheet} style={{ width: layout.width, height: layout.height }}>
          <Edges graph={graph} drawn={drawn} />
          {model.sources.map((source) => {
            if (!visible(source.id)) return null;
            const state = sourceState(source, model.stages, build);
            return (
              <SourceCardView
                key={keys.get(source.id)}
                source={source}
                place={layout.places.get(source.id)!}
                platforms={model.platforms}
                state={state}
                buildPlatforms={buildPlatforms}
                description={descriptions.source(source, state)}
                isStop={active?.id === source.id}
                actions={actions}
              />
            );
          })}
          {model.stages.map((stage) => {
            if (!visible(stage.id)) return null;
            const state = stageState(stage, build);
            const isSelected = selection?.id === stage.id;
            return (
              <StageCardView
                key={keys.get(stage.id)}
                stage={stage}
                place={layout.places.get(stage.id)!}
                platforms={model.platforms}
                state={state}
                build={build}
                buildPlatforms={buildPlatforms}
                description={descriptions.stage(stage, state)}
                isStop={active?.id === stage.id}
                stopLine={active?.id === stage.id ? active.line : undefined}
                isOpen={open.has(stage.id)}
                isSelected={isSelected}
                selectedLine={isSelected ? selection.line : undefined}
                actions={actions}
              />
            );
          })}
        </div>
      </div>
      <footer className={styles.foot}>
        {build !== undefined && <Legend />}
        <ZoomBar viewport={viewport} onTidy={onTidy} />
      </footer>
    </>
  );
}

const noPlatforms: readonly string[] = [];

/** Where Tab leads before any arrow key was used: to what is selected, else to the target. */
function firstStop({ model }: Graph, selection: Selection | undefined): Stop | undefined {
  const id = selection?.id ?? model.stages.find(({ isTarget }) => isTarget)?.id ?? model.stages[0]?.id;
  return id === undefined ? undefined : { id };
}

/** Brings the stage that the cursor goes to into view, unless the graph itself has the focus. A file opens at its top. */
function useFollowSelection(
  selection: Selection | undefined,
  { layout, keys }: Graph,
  { show }: Viewport,
  canvas: RefObject<HTMLElement | null>,
): void {
  const id = selection?.id;
  const key = id === undefined ? undefined : keys.get(id);
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (key === undefined || id === undefined || key === shown.current) return;
    const isFirst = shown.current === undefined;
    shown.current = key;
    if (isFirst) return;
    const place = layout.places.get(id);
    if (place === undefined || canvas.current?.contains(document.activeElement)) return;
    show({ ...place, width: cardWidth });
  }, [key, id, layout, show, canvas]);
}

const directions: Partial<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};
const pans: Partial<Record<Direction, [x: number, y: number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** What the keyboard does while something in the graph has the focus, and where its menus open. */
function useKeys(
  canvas: RefObject<HTMLDivElement | null>,
  graph: Graph,
  viewport: Viewport,
  stop: Stop | undefined,
  setStop: (stop: Stop) => void,
  actions: CardActions,
  onMenu: CanvasProps['onMenu'],
): void {
  /** Where a key leads to. An earlier stop may still be on its way to the screen when it is pressed. */
  const focusWanted = useRef<Stop>(undefined);
  useEffect(() => {
    const wanted = focusWanted.current;
    if (wanted === undefined || wanted.id !== stop?.id || wanted.line !== stop.line) return;
    const element = [...(canvas.current?.querySelectorAll<HTMLElement>('[data-card]') ?? [])].find((one) => {
      const found = stopOf(one);
      return found?.id === wanted.id && found.line === wanted.line;
    });
    if (element === undefined) return;
    focusWanted.current = undefined;
    element.focus({ preventScroll: true });
  }, [canvas, stop, viewport.drawn]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const onKey = (event: KeyboardEvent): void => {
      const from = stopOf(event.target);
      const command = event.ctrlKey || event.metaKey || event.altKey;
      const direction = directions[event.key];
      const pan = direction === undefined ? undefined : pans[direction];
      if (command) return;
      if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
        if (from !== undefined) openMenu(element, event.target, from, onMenu);
      } else if (event.shiftKey && pan !== undefined) viewport.panBy(...pan);
      else if (direction !== undefined && from !== undefined) {
        const to = move(graph, from, direction);
        if (to !== undefined) {
          focusWanted.current = to;
          setStop(to);
          const place = graph.layout.places.get(to.id);
          if (place !== undefined) viewport.show({ ...place, width: cardWidth });
        }
      } else if (event.key === '+' || event.key === '=') viewport.zoomBy('in');
      else if (event.key === '-') viewport.zoomBy('out');
      else if (event.key === '0') viewport.zoomTo(1);
      else if (event.key === ' ' && from !== undefined && from.line === undefined) actions.turn(from.id);
      else return;
      event.preventDefault();
    };
    const onFocus = (event: FocusEvent): void => {
      const found = stopOf(event.target);
      if (found === undefined) return;
      setStop(found);
      // By keyboard alone: a card that moved under the mouse button would not be clicked.
      const place = graph.layout.places.get(found.id);
      if (place !== undefined && event.target instanceof Element && event.target.matches(':focus-visible')) {
        viewport.show({ ...place, width: cardWidth });
      }
    };
    const onContextMenu = (event: MouseEvent): void => {
      event.preventDefault();
      const card = event.target instanceof Element ? event.target.closest(`.${styles.card}`) : null;
      const found = stopOf(event.target) ?? stopOf(card?.querySelector('[data-card]') ?? null);
      if (found === undefined) return;
      const { left, top } = element.getBoundingClientRect();
      onMenu(found.id, event.clientX - left, event.clientY - top);
    };
    element.addEventListener('keydown', onKey);
    element.addEventListener('focusin', onFocus);
    element.addEventListener('contextmenu', onContextMenu);
    return () => {
      element.removeEventListener('keydown', onKey);
      element.removeEventListener('focusin', onFocus);
      element.removeEventListener('contextmenu', onContextMenu);
    };
  }, [canvas, graph, viewport, setStop, actions, onMenu]);
}

function stopOf(target: EventTarget | null): Stop | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-card]') : null;
  const { card, line } = element?.dataset ?? {};
  if (card === undefined) return undefined;
  return line === undefined ? { id: card } : { id: card, line: Number(line) };
}

function openMenu(
  canvas: HTMLElement,
  target: EventTarget | null,
  { id }: Stop,
  onMenu: CanvasProps['onMenu'],
): void {
  if (!(target instanceof Element)) return;
  const [outer, inner] = [canvas.getBoundingClientRect(), target.getBoundingClientRect()];
  onMenu(id, inner.left - outer.left + 12, inner.bottom - outer.top);
}

function ZoomBar({ viewport, onTidy }: { viewport: Viewport; onTidy: () => void }) {
  const { t } = useTranslation('graph');
  const { zoom, showsAll, zoomBy, fit } = viewport;
  const [isFitted, setFitted] = useState(false);
  const fitsWhole = isFitted && !showsAll;
  return (
    <div className={styles.zoom}>
      <IconButton
        label={t('zoomOut')}
        size="sm"
        icon={<Minus size={14} strokeWidth={1.5} />}
        onPress={() => zoomBy('out')}
      />
      <span className={styles.zoomValue}>{Math.round(zoom * 100)}%</span>
      <IconButton
        label={t('zoomIn')}
        size="sm"
        icon={<Plus size={14} strokeWidth={1.5} />}
        onPress={() => zoomBy('in')}
      />
      <IconButton
        label={t(fitsWhole ? 'fitWhole' : 'fit')}
        size="sm"
        icon={fitsWhole ? <Minimize size={14} strokeWidth={1.5} /> : <Maximize size={14} strokeWidth={1.5} />}
        onPress={() => {
          onTidy();
          fit(fitsWhole);
          setFitted(!fitsWhole);
        }}
      />
    </div>
  );
}

function Legend() {
  const { t } = useTranslation('graph');
  return (
    <div className={styles.legend} aria-hidden="true">
      {(['cached', 'done', 'running', 'queued'] as const).map((status) => (
        <span key={status}>
          <StatusDots statuses={[status]} />
          {t(`status.${status}`)}
        </span>
      ))}
    </div>
  );
}
