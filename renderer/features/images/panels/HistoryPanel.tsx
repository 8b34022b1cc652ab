import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryStep, ImageDescriptor } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import { cleanInstruction, keywordOf } from '../../../../shared/model/imageComparisonText';
import { columnId, selectPart } from '../../../stores/imagesStore';
import { PlatformLabel } from '../../../ui/PlatformGlyph';
import { imageOfPart, layerId } from '../imageParts';
import styles from '../ImagesView.module.css';
import { timeText } from '../timeText';
import type { Panel, PanelProps } from './panel';

export const historyPanel: Panel = {
  id: 'history',
  titleKey: 'tab.history',
  appliesTo: (part, image) => imageOfPart(image.document.root, part)?.image !== undefined,
  Component: ImageHistory,
};

interface Row {
  step: HistoryStep | undefined;
  /** Position in the manifest, from 0; undefined for a step that made no layer. */
  layer: number | undefined;
  descriptor: ImageDescriptor | undefined;
}

const rowHeight = 44;

/** The steps that made the image, with their layers; a step with a layer selects it. */
function ImageHistory({ image, part }: PanelProps) {
  const { t, i18n } = useTranslation('images');
  const owner = imageOfPart(image.document.root, part);
  const rows = owner === undefined ? [] : historyRows(owner.image?.history ?? [], owner.layers);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    initialRect: { width: 400, height: 800 },
    overscan: 8,
  });
  if (owner === undefined) return null;
  const selected = part.kind === 'layer' && part.node === owner ? part.layer : undefined;
  const select = (layer: number): void =>
    selectPart(
      { image: image.key, part: layerId(owner, layer) },
      { columnId: columnId(image.key, owner.id), layer },
    );
  return (
    <div className={styles.history}>
      <p className={styles.historyHead}>
        {t('steps', { count: rows.length })}, {t('layerCount', { count: owner.layers.length })}
        {owner.platform !== undefined && <PlatformLabel platform={owner.platform} />}
      </p>
      <div ref={scroller} className={styles.historyRows}>
        <ol
          aria-label={t('historyOf', { platform: owner.platform ?? t('noPlatform') })}
          style={{ position: 'relative', height: virtualizer.getTotalSize() }}
        >
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <HistoryRow
                  key={index}
                  row={row}
                  isSelected={row.layer !== undefined && row.layer === selected}
                  style={{ position: 'absolute', top: start, left: 0, right: 0, height: rowHeight }}
                  onSelect={select}
                  language={i18n.language}
                />
              )
            );
          })}
        </ol>
      </div>
    </div>
  );
}

function HistoryRow({
  row: { step, layer, descriptor },
  isSelected,
  style,
  onSelect,
  language,
}: {
  row: Row;
  isSelected: boolean;
  style: CSSProperties;
  onSelect: (layer: number) => void;
  language: string;
}) {
  const { t } = useTranslation('images');
  const text = step === undefined ? t('noHistory') : cleanInstruction(step.createdBy);
  const keyword = keywordOf(text);
  const meta = [timeText(step?.created, language), step?.comment].filter(Boolean).join(', ');
  const content = (
    <>
      <span className={styles.number}>{layer === undefined ? '' : layer + 1}</span>
      <span className={styles.stepText}>
        <span className={styles.instruction} title={step?.createdBy}>
          {keyword !== '' && <span className={styles.keyword}>{keyword}</span>}
          {text.slice(keyword.length)}
        </span>
        <span className={styles.stepMeta}>{meta}</span>
      </span>
      <span className={styles.stepSize}>
        {descriptor === undefined ? t('metadataOnly') : formatBytes(descriptor.size)}
      </span>
    </>
  );
  return (
    <li style={style}>
      {layer === undefined ? (
        <div className={styles.step}>{content}</div>
      ) : (
        <button
          type="button"
          className={styles.step}
          aria-current={isSelected}
          onClick={() => onSelect(layer)}
        >
          {content}
        </button>
      )}
    </li>
  );
}

/** The history's steps in order, then the layers that it does not know. */
function historyRows(history: readonly HistoryStep[], layers: readonly ImageDescriptor[]): Row[] {
  const known = new Set(history.map((step) => step.layer));
  return [
    ...history.map((step): Row => ({
      step,
      layer: step.layer,
      descriptor: step.layer === undefined ? undefined : layers[step.layer],
    })),
    ...layers.flatMap((descriptor, layer): Row[] =>
      known.has(layer) ? [] : [{ step: undefined, layer, descriptor }],
    ),
  ];
}
