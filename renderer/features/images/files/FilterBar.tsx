import { ChevronDown, ListTree } from 'lucide-react';
import { useEffect, useState } from 'react';
import { DialogTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { fileDifferences } from '../../../../shared/contract';
import type { FileColumn, FileTreeSummary } from '../../../../shared/contract';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { Button, IconToggle } from '../../../ui/Button';
import { Checkbox } from '../../../ui/Checkbox';
import { Popover } from '../../../ui/Popover';
import { SearchField } from '../../../ui/SearchField';
import { Segmented } from '../../../ui/Segmented';
import { BiggestFiles, Oddities, WastedSpace } from './FileLists';
import { isFiltering, isUnfolded } from './fileFilter';
import type { ChosenFilter, ShownKind } from './fileFilter';
import styles from './LayerFiles.module.css';

/** A path is filtered by when nothing more is typed for that long. */
const settleMs = 80;

/** What is shown of the tree, and lists that lead to single files. */
export function FilterBar({
  filter,
  onFilter,
  summary,
  view,
  columns,
  names,
}: {
  filter: ChosenFilter;
  onFilter: (filter: ChosenFilter) => void;
  summary: FileTreeSummary;
  view: FileColumn['view'];
  columns: readonly ImageColumn[];
  names: readonly string[];
}) {
  const { t, i18n } = useTranslation('imageFiles');
  const [text, setText] = useState(filter.text);
  const [known, setKnown] = useState(filter.text);
  if (known !== filter.text) {
    // Somebody else has changed it.
    setKnown(filter.text);
    setText(filter.text);
  }
  useEffect(() => {
    if (text === filter.text) return;
    const timer = setTimeout(() => {
      setKnown(text);
      onFilter({ ...filter, text });
    }, settleMs);
    return () => clearTimeout(timer);
  }, [text, filter, onFilter]);

  const numbered = (count: number): { count: string } => ({ count: count.toLocaleString(i18n.language) });
  const wrong = summary.columns.reduce((sum, { wrongMachine }) => sum + wrongMachine.length, 0);
  const isComparison = columns.length > 1;
  const kinds: { id: ShownKind; label: string }[] = [
    { id: 'all', label: t('all', numbered(summary.paths)) },
    ...(isComparison
      ? [
          { id: 'differs' as const, label: t('differs', numbered(summary.differs)) },
          { id: 'only' as const, label: t('only', numbered(summary.only)) },
        ]
      : []),
    ...(wrong > 0 || filter.shown === 'wrong-machine'
      ? [{ id: 'wrong-machine' as const, label: t('wrongMachine', numbered(wrong)) }]
      : []),
    ...(view === 'layer' || filter.shown === 'whiteout'
      ? [{ id: 'whiteout' as const, label: t('whiteout') }]
      : []),
  ];
  const showPath = (path: string): void => onFilter({ ...filter, text: path, shown: 'all', differences: [] });
  return (
    <div className={styles.filters}>
      <SearchField label={t('filterPaths')} value={text} onChange={setText} className={styles.search ?? ''} />
      <Segmented<ShownKind>
        label={t('filterKind')}
        value={kinds.some(({ id }) => id === filter.shown) ? filter.shown : 'all'}
        onChange={(shown) => onFilter({ ...filter, shown })}
        segments={kinds}
      />
      {filter.shown === 'differs' && <DifferenceKinds filter={filter} onFilter={onFilter} />}
      <IconToggle
        size="sm"
        label={t('unfoldAll')}
        icon={<ListTree size={14} strokeWidth={1.5} aria-hidden="true" />}
        isSelected={isUnfolded(filter, summary) || isFiltering(filter)}
        isDisabled={isFiltering(filter)}
        onChange={(unfolded) => onFilter({ ...filter, unfolded })}
      />
      <span className={styles.spring} />
      <span className={styles.lists}>
        <BiggestFiles summary={summary} columns={columns} names={names} onShow={showPath} />
        {view === 'merged' && (
          <WastedSpace summary={summary} columns={columns} names={names} onShow={showPath} />
        )}
        <Oddities summary={summary} columns={columns} names={names} />
      </span>
    </div>
  );
}

function DifferenceKinds({
  filter,
  onFilter,
}: {
  filter: ChosenFilter;
  onFilter: (filter: ChosenFilter) => void;
}) {
  const { t } = useTranslation('imageFiles');
  const { differences } = filter;
  const label =
    differences.length === 0
      ? t('anyDifference')
      : differences.map((difference) => t(`difference.${difference}`)).join(', ');
  return (
    <DialogTrigger>
      <Button
        size="sm"
        aria-label={`${t('differenceKinds')}: ${label}`}
        icon={<ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />}
      >
        {label}
      </Button>
      <Popover label={t('differenceKinds')}>
        {fileDifferences.map((difference) => (
          <Checkbox
            key={difference}
            isSelected={differences.includes(difference)}
            onChange={(isChosen) =>
              onFilter({
                ...filter,
                differences: fileDifferences.filter((one) =>
                  one === difference ? isChosen : differences.includes(one),
                ),
              })
            }
          >
            {t(`difference.${difference}`)}
          </Checkbox>
        ))}
      </Popover>
    </DialogTrigger>
  );
}
