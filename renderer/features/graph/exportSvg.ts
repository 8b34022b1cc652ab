import type { StepStatus } from '../../../shared/model/progress/types';
import { glyphOf } from '../../ui/PlatformGlyph';
import { markKey } from '../dockerfile/stageSteps';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import { drawEdges } from './edgePath';
import type { DrawnEdge } from './edgePath';
import type { SourceCard, StageCard } from './nodes';
import type { Graph } from './graphSession';
import { cardWidth, stageHeadHeight, stepHeight } from './layout';
import type { Place } from './layout';
import { sourceState, stageState } from './nodeState';

/** What a drawing takes from the page. */
export interface DrawingStyle {
  /** The value of a colour token such as `--accent`, as `rgb(…)`. */
  colour(token: string): string;
  uiFont: string;
  monoFont: string;
  /** Words under an edge and in a card. */
  words: { base: string; copy: string; mount: string; target: string };
}

/**
 * The whole graph as an SVG document that needs nothing else: colours are written out, text is cut to its card, the
 * shown build's states are in it.
 */
export function graphSvg(graph: Graph, build: BuildMarks | undefined, style: DrawingStyle): string {
  const { model, layout } = graph;
  const { width, height } = layout;
  const parts = [
    `<rect width="${width}" height="${height}" fill="${style.colour('--bg-sunken')}"/>`,
    ...drawEdges(graph).map((edge) => edgeSvg(edge, model.platforms, style)),
    ...model.sources.map((source) => {
      const place = layout.places.get(source.id);
      const statuses = sourceState(source, model.stages, build)?.statuses;
      return place === undefined ? '' : sourceSvg(source, place, model.platforms, statuses, style);
    }),
    ...model.stages.map((stage) => {
      const place = layout.places.get(stage.id);
      return place === undefined ? '' : stageSvg(stage, place, graph, build, style);
    }),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${escaped(style.uiFont)}">${parts.join('')}</svg>\n`
  );
}

function edgeSvg(edge: DrawnEdge, platforms: readonly string[], style: DrawingStyle): string {
  const { path, tip, port, label, mark, kind, circular, needed, usedOn, isLabelled } = edge;
  const colour = style.colour(circular ? '--status-failed' : kind === 'base' ? '--line-control' : '--accent');
  const tipPath = tip.down ? `M${tip.x} ${tip.y}l-3.5 -6h7z` : `M${tip.x} ${tip.y}l-6 -3.5v7z`;
  const marked = usedOn.length < platforms.length ? usedOn.flatMap((index) => platforms[index] ?? []) : [];
  const width = marked.length * glyphStep;
  return [
    `<g${needed ? '' : ' opacity=".45"'}>`,
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.25"/>`,
    `<path d="${tipPath}" fill="${colour}"/>`,
    port === undefined
      ? ''
      : `<circle cx="${port.x}" cy="${port.y}" r="3" fill="${style.colour('--bg-raised')}" stroke="${colour}"/>`,
    isLabelled ? text(style.words[kind], label.x, label.y, { ...mono(style), end: label.end }) : '',
    marked.length === 0
      ? ''
      : `<rect x="${mark.x - width / 2 - 2}" y="${mark.y - 6}" width="${width}" height="12" fill="${style.colour('--bg-sunken')}"/>`,
    ...marked.map((platform, index) =>
      glyph(platform, mark.x - width / 2 + index * glyphStep, mark.y - 4, style),
    ),
    '</g>',
  ].join('');
}

function sourceSvg(
  source: SourceCard,
  { x, y, height }: Place,
  platforms: readonly string[],
  statuses: readonly (StepStatus | undefined)[] | undefined,
  style: DrawingStyle,
): string {
  const isPartial = source.usedOn.length < platforms.length || source.fixedPlatform !== undefined;
  const marked =
    source.fixedPlatform === undefined
      ? source.usedOn.flatMap((index) => platforms[index] ?? [])
      : [source.fixedPlatform];
  return [
    frame(
      x,
      y,
      height,
      source.neededOn.length > 0,
      source.kind === 'unknown' ? '--status-failed' : undefined,
      style,
    ),
    text(cut(source.label, monoChars), x + 10, y + 18, {
      ...mono(style),
      size: 11,
      colour: style.colour('--fg'),
    }),
    text(cut(source.value ?? '', monoChars - 8), x + 10, y + 37, mono(style)),
    ...(isPartial
      ? marked.map((platform, at) => glyph(platform, rightOf(x, at, marked.length), y + 30, style))
      : []),
    ...(statuses ?? []).map((status, at) =>
      dot(status, rightOf(x, at, statuses?.length ?? 0), y + (isPartial ? 18 : 30), style),
    ),
  ].join('');
}

function stageSvg(
  stage: StageCard,
  { x, y, height }: Place,
  { model: { platforms }, open }: Graph,
  build: BuildMarks | undefined,
  style: DrawingStyle,
): string {
  const isBroken = stage.circular || stage.problem !== undefined;
  const border = isBroken ? '--status-failed' : stage.isTarget ? '--accent' : undefined;
  const statuses = stageState(stage, build)?.statuses;
  const marked = stage.neededOn.flatMap((index) => platforms[index] ?? []);
  const name = cut(stage.label, stage.isTarget ? 12 : 18);
  return [
    frame(x, y, height, stage.neededOn.length > 0, border, style),
    text(name, x + 10, y + 18, { font: style.uiFont, size: 12, colour: style.colour('--fg'), weight: 600 }),
    stage.isTarget
      ? text(style.words.target, x + 10 + name.length * 7.4 + 6, y + 18, {
          font: style.uiFont,
          size: 10,
          colour: style.colour('--accent'),
        })
      : '',
    ...(statuses === undefined
      ? marked.map((platform, at) => glyph(platform, rightOf(x, at, marked.length), y + 11, style))
      : statuses.map((status, at) => dot(status, rightOf(x, at, statuses.length), y + 11, style))),
    ...(open.has(stage.id) ? stage.steps : []).map((step, row) => {
      const top = y + 1 + stageHeadHeight + row * stepHeight;
      const mark = build?.marks.get(markKey(stage.index, step.lines.start));
      const words = `${step.index}/${stage.steps.length} ${step.keyword} ${step.text.split('\n', 1)[0]}`;
      return [
        `<path d="M${x} ${top}h${cardWidth}" stroke="${style.colour('--line-1')}"/>`,
        text(cut(words, monoChars - (mark?.statuses.length ?? 0) * 2), x + 10, top + 15, {
          ...mono(style),
          colour: style.colour('--fg'),
        }),
        ...(mark?.statuses ?? []).map((status, at) =>
          dot(status, rightOf(x, at, mark?.statuses.length ?? 0), top + 7, style),
        ),
      ].join('');
    }),
  ].join('');
}

function frame(
  x: number,
  y: number,
  height: number,
  isNeeded: boolean,
  border: string | undefined,
  style: DrawingStyle,
): string {
  const stroke = style.colour(border ?? '--line-control');
  const fill = style.colour(isNeeded ? '--bg-raised' : '--bg-sunken');
  const dashes = isNeeded ? '' : ' stroke-dasharray="4 3"';
  return `<rect x="${x + 0.5}" y="${y + 0.5}" width="${cardWidth - 1}" height="${height - 1}" rx="6" fill="${fill}" stroke="${stroke}"${dashes}/>`;
}

interface TextStyle {
  font: string;
  size: number;
  colour: string;
  weight?: number;
  end?: boolean;
}

function mono(style: DrawingStyle): TextStyle {
  return { font: style.monoFont, size: 10, colour: style.colour('--fg-3') };
}

function text(words: string, x: number, y: number, { font, size, colour, weight, end }: TextStyle): string {
  if (words === '') return '';
  const more = `${weight === undefined ? '' : ` font-weight="${weight}"`}${end === true ? ' text-anchor="end"' : ''}`;
  return `<text x="${x}" y="${y}" font-family="${escaped(font)}" font-size="${size}" fill="${colour}"${more}>${escaped(words)}</text>`;
}

const glyphStep = 12;
/** How many letters of the code font fit into a card. */
const monoChars = 23;

function rightOf(x: number, at: number, count: number): number {
  return x + cardWidth - 8 - (count - at) * glyphStep + 4;
}

function glyph(platform: string, x: number, y: number, style: DrawingStyle): string {
  const { path, token } = glyphOf(platform);
  return `<path d="${path}" fill-rule="evenodd" fill="${style.colour(token)}" transform="translate(${x} ${y}) scale(.8)"><title>${escaped(platform)}</title></path>`;
}

const dotTokens: Record<StepStatus, string> = {
  queued: '--status-pending',
  running: '--status-running',
  cached: '--status-cached',
  done: '--status-done',
  failed: '--status-failed',
  cancelled: '--status-canceled',
};

/** One shape for each status, as in the strip on screen. */
function dot(known: StepStatus | undefined, x: number, y: number, style: DrawingStyle): string {
  if (known === undefined) return '';
  const colour = style.colour(dotTokens[known]);
  const shapes: Record<StepStatus, string> = {
    queued: `<circle cx="4" cy="4" r="3.5" fill="none" stroke="${colour}"/>`,
    running: `<circle cx="4" cy="4" r="3" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="13 6"/>`,
    cached: `<rect x="1" y="1" width="6" height="6" rx="1" fill="none" stroke="${colour}" stroke-width="2"/>`,
    done: `<circle cx="4" cy="4" r="4" fill="${colour}"/>`,
    failed: `<path d="M1 1l6 6M7 1l-6 6" stroke="${colour}" stroke-width="2"/>`,
    cancelled: `<path d="M1.5 6.5l5 -5" stroke="${colour}" stroke-width="1.5"/><circle cx="4" cy="4" r="3.5" fill="none" stroke="${colour}"/>`,
  };
  return `<g transform="translate(${x} ${y})">${shapes[known]}</g>`;
}

function cut(words: string, most: number): string {
  return words.length > most ? `${words.slice(0, Math.max(1, most - 1))}…` : words;
}

/** Characters that XML can't hold are left out; a Dockerfile may have them. */
function escaped(words: string): string {
  return words
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
