import { Files, Info } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel as SplitPanel } from 'react-resizable-panels';
import type { SelectedLayer } from '../../../../shared/model/imageComparison';
import { Split, SplitBorder } from '../../../app/Split';
import { selectPart, useImages } from '../../../stores/imagesStore';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
import { useColumns, useReadyImages } from '../columns/useColumns';
import { LayerComparison } from '../compare/LayerComparison';
import { hasLayer } from '../files/columnsOfFiles';
import { LayerFiles } from '../files/LayerFiles';
import { layerId } from '../imageParts';
import styles from '../ImagesView.module.css';
import { openLine } from '../openLine';
import type { OpenLineObstacle } from '../openLine';
import type { Panel, PanelProps } from './panel';

export const comparePanel: Panel = {
  id: 'compare',
  titleKey: 'tab.compare',
  appliesTo: () => true,
  Component: Comparison,
};

/** Platforms and images side by side: their layers, and the files of the selected one below. */
function Comparison({ image }: PanelProps) {
  const { t } = useTranslation(['images', 'imageFiles', 'errors']);
  const columns = useColumns();
  const images = useReadyImages();
  const selected = useImages((state) => state.layer);
  const [obstacle, setObstacle] = useState<{ why: OpenLineObstacle; file: string }>();
  if (columns.length === 0) {
    return <EmptyState title={t('compareNone')}>{t('compareNoneText')}</EmptyState>;
  }
  const layer = selected !== undefined && hasLayer(columns, selected) ? selected : undefined;
  const select = (chosen: SelectedLayer): void => {
    const column = columns.find(({ id }) => id === chosen.columnId);
    const owner = images.find(({ source }) => source === column?.source);
    if (column === undefined || owner === undefined) return;
    selectPart({ image: owner.key, part: layerId(column.manifest, chosen.layer) }, chosen);
  };
  const open = async (file: string, line: number): Promise<void> => {
    const why = await openLine(file, line, image.document.buildId);
    setObstacle(why === undefined ? undefined : { why, file });
  };
  return (
    <div className={styles.comparison}>
      {obstacle !== undefined && (
        <p role="status" className={styles.notice}>
          <Info size={14} strokeWidth={1.5} aria-hidden="true" />
          <span>{t(`lineObstacle.${obstacle.why}`, { file: obstacle.file })}</span>
          <Button look="link" onPress={() => setObstacle(undefined)}>
            {t('dismiss', { ns: 'errors' })}
          </Button>
        </p>
      )}
      <Split id="image-comparison" orientation="vertical" panels={['layers', 'files']}>
        <SplitPanel id="layers" minSize={100} defaultSize="48%" className={styles.pane ?? ''}>
          <LayerComparison
            columns={columns}
            selected={selected}
            onSelect={select}
            onOpenLine={(file, line) => void open(file, line)}
          />
        </SplitPanel>
        {layer !== undefined && (
          <>
            <SplitBorder label={t('resizeFiles')} />
            <SplitPanel id="files" minSize={100} className={styles.pane ?? ''}>
              <LayerFiles columns={columns} selected={layer} />
            </SplitPanel>
          </>
        )}
      </Split>
      {layer === undefined && (
        <p className={styles.noLayer}>
          <Files size={14} strokeWidth={1.5} aria-hidden="true" />
          {t('nothingSelected', { ns: 'imageFiles' })}
        </p>
      )}
    </div>
  );
}
