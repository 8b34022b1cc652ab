import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { PlatformGlyph } from '../../ui/PlatformGlyph';
import { drawEdges } from './edgePath';
import type { DrawnEdge } from './edgePath';
import styles from './Graph.module.css';
import type { Graph } from './graphSession';
import { overlap } from './viewport';
import type { Area } from './viewport';

/** The edges that can be seen. They don't change while a build runs. */
export const Edges = memo(function Edges({ graph, drawn }: { graph: Graph; drawn: Area | undefined }) {
  const { width, height } = graph.layout;
  const all = useMemo(() => drawEdges(graph), [graph]);
  const edges = all.filter(({ area }) => drawn === undefined || overlap(area, drawn));
  return (
    <svg className={styles.edges} width={width} height={height} aria-hidden="true">
      {edges.map((edge) => (
        <EdgeView key={edge.key} edge={edge} platforms={graph.model.platforms} />
      ))}
    </svg>
  );
});

function EdgeView({ edge, platforms }: { edge: DrawnEdge; platforms: readonly string[] }) {
  const { t } = useTranslation('graph');
  const { path, tip, port, label, mark, kind, circular, needed, usedOn, isLabelled } = edge;
  const classes = [
    kind === 'base' ? '' : styles.files,
    circular ? styles.circularEdge : '',
    needed ? '' : styles.unneededEdge,
  ];
  const marked = usedOn.length < platforms.length ? usedOn.flatMap((index) => platforms[index] ?? []) : [];
  const width = marked.length * glyphStep;
  return (
    <g className={classes.join(' ')}>
      <path d={path} />
      <path
        className={styles.tip}
        d={tip.down ? `M${tip.x} ${tip.y}l-3.5 -6h7z` : `M${tip.x} ${tip.y}l-6 -3.5v7z`}
      />
      {port !== undefined && <circle cx={port.x} cy={port.y} r={3} className={styles.port} />}
      {isLabelled && (
        <text x={label.x} y={label.y} textAnchor={label.end ? 'end' : 'start'}>
          {t(`edge.${kind}`)}
        </text>
      )}
      {marked.length > 0 && (
        <g transform={`translate(${mark.x - width / 2} ${mark.y - 4})`}>
          <rect className={styles.plate} x={-2} y={-2} width={width} height={12} rx={2} />
          {marked.map((platform, index) => (
            <g key={platform} transform={`translate(${index * glyphStep} 0)`}>
              <PlatformGlyph platform={platform} size={8} />
            </g>
          ))}
        </g>
      )}
    </g>
  );
}

const glyphStep = 12;
