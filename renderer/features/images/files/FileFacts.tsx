import { useTranslation } from 'react-i18next';
import type { FileColumn, FileRow } from '../../../../shared/contract';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { Button } from '../../../ui/Button';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import { momentText } from '../../../ui/timeText';
import { hasContent, modeText } from './fileTexts';
import styles from './LayerFiles.module.css';

/** Mode, owner and time of the selected path in each image, and where it comes from in a merged view. */
export function FileFacts({
  row,
  columns,
  names,
  view,
  onOpen,
}: {
  row: FileRow | undefined;
  columns: readonly ImageColumn[];
  names: readonly string[];
  view: FileColumn['view'];
  onOpen: (row: FileRow) => void;
}) {
  const { t, i18n } = useTranslation('imageFiles');
  // What is the same in several images stands there once.
  const facts = new Map<string, number[]>();
  row?.cells.forEach((cell, index) => {
    if (cell === null) return;
    const { uid, gid, modifiedMs, layer } = cell;
    const time = momentText(modifiedMs, i18n.language);
    const fact = t('fact', { mode: modeText(cell), uid, gid, time });
    const whole = view === 'merged' ? `${fact}, ${t('fromLayer', { number: layer + 1 })}` : fact;
    facts.set(whole, [...(facts.get(whole) ?? []), index]);
  });
  return (
    <div role="group" aria-label={t('facts')} className={styles.facts}>
      {row !== undefined && (
        <>
          <span className={styles.factsPath} title={`/${row.path}`}>
            /{row.path}
          </span>
          {[...facts].map(([fact, having]) => (
            <span key={fact} className={styles.fact} title={having.map((index) => names[index]).join(', ')}>
              {having.map((index) => (
                <PlatformGlyph key={index} platform={columns[index]?.platform ?? ''} size={8} />
              ))}
              {fact}
            </span>
          ))}
          <span className={styles.spring} />
          {row.cells.some(hasContent) && (
            <Button size="sm" onPress={() => onOpen(row)}>
              {t('open')}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
