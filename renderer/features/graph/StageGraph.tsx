import { Maximize, Minus, Plus } from 'lucide-react';
import { memo, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOwnPlatform } from '../../stores/buildersStore';
import { useProject } from '../../stores/projectStore';
import { IconButton } from '../../ui/Button';
import { resolvedGraphs, stepsOfStages } from '../dockerfile/resolvedStages';
import { StatusDots } from '../dockerfile/StatusDots';
import { syntaxOf } from '../dockerfile/syntax';
import { useBuildMarks } from '../dockerfile/useBuildMarks';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import { ImageCardView, StageCardView } from './Cards';
import { drawEdge } from './edgePath';
import { graphModel } from './graphModel';
import type { GraphModel } from './graphModel';
import styles from './Graph.module.css';
import { layoutGraph } from './layout';
import type { GraphLayout } from './layout';
import { useZoom } from './useZoom';

/** The stages of the text on screen and what flows between them, with the shown build's progress in them. */
export function StageGraph() {
  const { t } = useTranslation('graph');
  const text = useProject((state) => state.text);
  const settings = useProject((state) => state.settings);
  const ownPlatform = useOwnPlatform();
  const model = useMemo(() => {
    const syntax = syntaxOf(text);
    const graphs = resolvedGraphs(syntax, settings, ownPlatform);
    return graphModel(syntax, graphs, stepsOfStages(syntax, graphs[0]), settings.target);
  }, [text, settings, ownPlatform]);
  const layout = useMemo(() => layoutGraph(model), [model]);
  const build = useBuildMarks();
  const canvas = useRef<HTMLDivElement>(null);
  const { zoom, zoomIn, zoomOut, fit } = useZoom(canvas, layout);

  return (
    <section aria-label={t('region')} className={styles.region}>
      <header className={styles.head}>
        <h2 className={styles.title}>{t('title')}</h2>
        <span className={styles.dim}>
          {t('stages', { count: model.stages.length })}, {t('images', { count: model.images.length })}
        </span>
      </header>
      <div className={styles.canvas}>
        {model.stages.length === 0 ? (
          <p className={styles.empty}>{t('empty')}</p>
        ) : (
          <div ref={canvas} className={styles.scroll}>
            <div
              className={styles.sheet}
              style={{ width: layout.width * zoom, height: layout.height * zoom }}
            >
              <div
                className={styles.graph}
                style={{ width: layout.width, height: layout.height, transform: `scale(${zoom})` }}
              >
                <Edges model={model} layout={layout} />
                <Cards model={model} layout={layout} build={build} />
              </div>
            </div>
          </div>
        )}
        {build !== undefined && <Legend />}
        <div className={styles.zoom}>
          <IconButton
            label={t('zoomOut')}
            size="sm"
            icon={<Minus size={14} strokeWidth={1.5} />}
            onPress={zoomOut}
          />
          <span className={styles.zoomValue}>{Math.round(zoom * 100)}%</span>
          <IconButton
            label={t('zoomIn')}
            size="sm"
            icon={<Plus size={14} strokeWidth={1.5} />}
            onPress={zoomIn}
          />
          <IconButton
            label={t('fit')}
            size="sm"
            icon={<Maximize size={14} strokeWidth={1.5} />}
            onPress={fit}
          />
        </div>
      </div>
    </section>
  );
}

function Cards({
  model,
  layout,
  build,
}: {
  model: GraphModel;
  layout: GraphLayout;
  build: BuildMarks | undefined;
}) {
  const platforms = useProject((state) => state.settings.platforms);
  return (
    <>
      {model.images.map((image) => {
        const place = layout.places.get(image.id);
        return place && <ImageCardView key={image.id} image={image} place={place} build={build} />;
      })}
      {model.stages.map((stage) => {
        const place = layout.places.get(stage.id);
        return (
          place && (
            <StageCardView
              key={stage.id}
              stage={stage}
              place={place}
              platforms={build?.platforms ?? platforms}
              build={build}
            />
          )
        );
      })}
    </>
  );
}

/** The edges don't change while a build runs. */
const Edges = memo(function Edges({ model, layout }: { model: GraphModel; layout: GraphLayout }) {
  const { t } = useTranslation('graph');
  const stages = new Map(model.stages.map((stage) => [stage.id, stage]));
  const labelled = new Set<string>();
  const places = [...layout.places.values()];
  return (
    <svg className={styles.edges} width={layout.width} height={layout.height} aria-hidden="true">
      {model.edges.map((edge) => {
        const [from, to, target] = [
          layout.places.get(edge.from),
          layout.places.get(edge.to),
          stages.get(edge.to),
        ];
        if (from === undefined || to === undefined || target === undefined) return null;
        const isFree = !places.some((other) => other.x === from.x && other.y > from.y && other.y < to.y);
        const { path, tip, port, label } = drawEdge(edge, from, to, stages.get(edge.from), target, isFree);
        const pair = `${edge.from} ${edge.to} ${edge.kind}`;
        const isFirst = !labelled.has(pair);
        labelled.add(pair);
        return (
          <g
            key={`${pair} ${edge.line}`}
            className={`${edge.kind === 'base' ? '' : styles.files} ${target.needed ? '' : styles.unneededEdge}`}
          >
            <path d={path} />
            <path
              className={styles.tip}
              d={tip.down ? `M${tip.x} ${tip.y}l-3.5 -6h7z` : `M${tip.x} ${tip.y}l-6 -3.5v7z`}
            />
            {port !== undefined && <circle cx={port.x} cy={port.y} r={3} className={styles.port} />}
            {isFirst && (
              <text x={label.x} y={label.y} textAnchor={label.end ? 'end' : 'start'}>
                {t(`edge.${edge.kind}`)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
});

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
