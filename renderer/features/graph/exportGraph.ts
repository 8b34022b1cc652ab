import i18next from 'i18next';
import { studio } from '../../app/studio';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import { graphSvg } from './exportSvg';
import type { DrawingStyle } from './exportSvg';
import type { Graph } from './graphSession';

/** Pixels of a PNG for one of the graph's, as long as it stays below what a canvas can hold. */
const scale = 2;
const largestSide = 8192;

/**
 * Draws the whole graph as it looks now and has the core save it where the user says.
 *
 * @param name suggested for the file, without an ending
 * @throws StudioError the file can't be written
 */
export async function exportGraph(
  kind: 'svg' | 'png',
  graph: Graph,
  build: BuildMarks | undefined,
  name: string,
): Promise<void> {
  const svg = graphSvg(graph, build, pageStyle());
  const suggestedName = name.replace(/[/\\:\0-\x1f]/g, '-').slice(0, 100);
  const drawing =
    kind === 'svg'
      ? { kind, suggestedName, text: svg }
      : { kind, suggestedName, bytes: await rasterized(svg, graph.layout) };
  await studio().call('graph.export', drawing);
}

/** The page's own look, with every colour resolved for the theme that is shown. */
function pageStyle(): DrawingStyle {
  const probe = document.body.appendChild(document.createElement('span'));
  const known = new Map<string, string>();
  const colour = (token: string): string => {
    let value = known.get(token);
    if (value === undefined) {
      probe.style.color = `var(${token})`;
      known.set(token, (value = getComputedStyle(probe).color));
    }
    return value;
  };
  const tokens = ['--bg-sunken', '--bg-raised', '--line-control', '--line-1', '--accent', '--fg', '--fg-3'];
  const statuses = ['pending', 'running', 'cached', 'done', 'failed', 'canceled'].map(
    (one) => `--status-${one}`,
  );
  [...tokens, ...statuses, ...platformTokens].forEach(colour);
  const fonts = getComputedStyle(document.documentElement);
  probe.remove();
  return {
    colour: (token) => known.get(token) ?? 'currentColor',
    uiFont: fonts.getPropertyValue('--font-ui').trim(),
    monoFont: fonts.getPropertyValue('--font-mono').trim(),
    words: {
      base: i18next.t('graph:edge.base'),
      copy: i18next.t('graph:edge.copy'),
      mount: i18next.t('graph:edge.mount'),
      target: i18next.t('graph:target'),
    },
  };
}

const platformTokens = [
  'amd64',
  'arm64',
  'arm',
  'riscv64',
  's390x',
  'ppc64le',
  '386',
  'wasm',
  'mips',
  'loong64',
  'other',
].map((family) => `--plat-${family}`);

async function rasterized(
  svg: string,
  { width, height }: { width: number; height: number },
): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const by = Math.min(scale, largestSide / width, largestSide / height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * by));
  canvas.height = Math.max(1, Math.round(height * by));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this page has no canvas to draw on');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('the drawing could not be made into a PNG');
  return new Uint8Array(await blob.arrayBuffer());
}
