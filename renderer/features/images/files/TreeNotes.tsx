import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FileTreeSummary } from '../../../../shared/contract';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { Button } from '../../../ui/Button';
import { areSeveralImages, columnNames } from '../compare/columnNames';
import type { ChosenFilter } from './fileFilter';
import { machineText } from './fileTexts';
import styles from './LayerFiles.module.css';

/** Binaries that are named one by one; the others are counted. */
const named = 3;

/** Programs that can't run on the platform of their image: the mistake that matters most, so it stands above the tree. */
export function TreeNotes({
  summary,
  columns,
  filter,
  onFilter,
}: {
  summary: FileTreeSummary;
  columns: readonly ImageColumn[];
  filter: ChosenFilter;
  onFilter: (filter: ChosenFilter) => void;
}) {
  const { t } = useTranslation('imageFiles');
  const names = areSeveralImages(columns) ? columnNames(columns) : columns.map(({ platform }) => platform);
  const wrong = summary.columns.flatMap(({ wrongMachine }, index) =>
    wrongMachine.map(({ path, executable }) => ({
      path,
      text: t('wrongBinaryAt', {
        machine: machineText(executable),
        platform: names[index] ?? '',
        path: `/${path}`,
      }),
    })),
  );
  if (wrong.length === 0) return null;
  return (
    <div className={styles.wrong}>
      <TriangleAlert size={14} strokeWidth={1.5} aria-hidden="true" />
      <ul aria-label={t('wrongBinaries')} className={styles.wrongList}>
        {wrong.slice(0, named).map(({ text, path }) => (
          <li key={text}>
            <button
              type="button"
              className={styles.wrongItem}
              onClick={() => onFilter({ ...filter, shown: 'wrong-machine', differences: [], text: path })}
            >
              {text}
            </button>
          </li>
        ))}
        {wrong.length > named && <li>{t('more', { count: wrong.length - named })}</li>}
      </ul>
      {filter.shown !== 'wrong-machine' && (
        <Button
          size="sm"
          onPress={() => onFilter({ ...filter, shown: 'wrong-machine', differences: [], text: '' })}
        >
          {t('showThem', { count: wrong.length })}
        </Button>
      )}
    </div>
  );
}
