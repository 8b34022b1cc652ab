import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileContent, FileRow, StudioErrorData } from '../../../../shared/contract';
import { formatBytes } from '../../../../shared/model/bytes';
import type { ImageColumn } from '../../../../shared/model/imageComparison';
import { errorData, studio } from '../../../app/studio';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { PlatformGlyph } from '../../../ui/PlatformGlyph';
import { Select } from '../../../ui/Select';
import styles from './FileContents.module.css';
import { hasContent } from './fileTexts';
import { HexView } from './HexView';
import { imageUrl, sameBytes } from './imageUrl';

const TextView = lazy(() => import('./TextView'));

type Loaded = { content: FileContent } | { error: StudioErrorData } | undefined;

/**
 * What a file holds: of two images side by side, or of the only one that has it. Text is compared line by line, images
 * are shown, everything else as hexadecimal. Escape closes it.
 */
export function FileContents({
  tree,
  row,
  columns,
  names,
  firstColumn,
  onClose,
}: {
  tree: string;
  row: FileRow;
  columns: readonly ImageColumn[];
  names: readonly string[];
  /** The column that was selected; it is on the left where it has the file. */
  firstColumn: number;
  onClose: () => void;
}) {
  const { t } = useTranslation('imageFiles');
  const having = columns.flatMap((_, index) => (hasContent(row.cells[index]) ? [index] : []));
  const [left, setLeft] = useState(having.includes(firstColumn) ? firstColumn : (having[0] ?? 0));
  const [right, setRight] = useState(having.find((index) => index !== left));
  const loadedLeft = useContent(tree, row.id, left);
  const loadedRight = useContent(tree, row.id, right);
  const options = having.map((index) => ({
    id: String(index),
    label: names[index] ?? '',
    icon: <PlatformGlyph platform={columns[index]?.platform ?? ''} />,
  }));
  const shown = right === undefined ? [left] : [left, right];
  return (
    <Dialog
      title={`/${row.path}`}
      isOpen
      look="wide"
      onClose={onClose}
      footer={
        <>
          {shown.map((column) => (
            <SaveFile
              key={column}
              tree={tree}
              id={row.id}
              column={column}
              label={
                shown.length > 1 ? t('contents.saveOf', { column: names[column] ?? '' }) : t('contents.save')
              }
            />
          ))}
          <span className={styles.spring} />
          <Button onPress={onClose}>{t('contents.close')}</Button>
        </>
      }
    >
      <div className={styles.heads}>
        {right === undefined ? (
          <span className={styles.only}>
            <PlatformGlyph platform={columns[left]?.platform ?? ''} />
            {names[left]}
          </span>
        ) : (
          <>
            <Select
              label={t('contents.left')}
              hideLabel
              size="sm"
              options={options}
              value={String(left)}
              onChange={(id) => setLeft(Number(id))}
            />
            <Select
              label={t('contents.right')}
              hideLabel
              size="sm"
              options={options}
              value={String(right)}
              onChange={(id) => setRight(Number(id))}
            />
          </>
        )}
      </div>
      <Sides
        name={row.name}
        left={{ name: names[left] ?? '', loaded: loadedLeft }}
        right={right === undefined ? undefined : { name: names[right] ?? '', loaded: loadedRight }}
      />
    </Dialog>
  );
}

interface Side {
  /** Of the column. */
  name: string;
  loaded: Loaded;
}

function Sides({ name, left, right }: { name: string; left: Side; right: Side | undefined }) {
  const { t } = useTranslation('imageFiles');
  const sides = right === undefined ? [left] : [left, right];
  if (sides.some(({ loaded }) => loaded === undefined)) {
    return (
      <p role="status" className={styles.message}>
        {t('contents.loading', { name })}
      </p>
    );
  }
  const contents = sides.flatMap(({ loaded }) =>
    loaded !== undefined && 'content' in loaded ? [loaded.content] : [],
  );
  const [a, b] = contents;
  const isIdentical = a !== undefined && b !== undefined && isSame(a, b);
  const texts = contents.flatMap((content) => (content.kind === 'text' ? [content.text] : []));
  const isText = contents.length === sides.length && texts.length === sides.length;
  return (
    <>
      {isIdentical && (
        <p role="status" className={styles.message}>
          {t('contents.identical')}
        </p>
      )}
      {isText ? (
        <Suspense fallback={<p className={styles.message}>{t('contents.loading', { name })}</p>}>
          <TextView
            original={isIdentical ? undefined : right && texts[0]}
            originalLabel={t('contents.textOf', { name, column: left.name })}
            text={texts.at(-1) ?? ''}
            label={t('contents.textOf', { name, column: (right ?? left).name })}
          />
        </Suspense>
      ) : (
        <div className={styles.sides}>
          {(isIdentical ? [left] : sides).map((side, index) => (
            <div key={index} className={styles.side}>
              <Pane name={name} side={side} />
            </div>
          ))}
        </div>
      )}
    </>
  );
}

function Pane({ name, side: { name: column, loaded } }: { name: string; side: Side }) {
  const { t } = useTranslation('imageFiles');
  if (loaded === undefined) return null;
  if ('error' in loaded) return <ErrorNote error={loaded.error} />;
  const { content } = loaded;
  switch (content.kind) {
    case 'too-large':
      return <p className={styles.message}>{t('contents.tooLarge', { size: formatBytes(content.size) })}</p>;
    case 'text':
      return (
        <Suspense fallback={<p className={styles.message}>{t('contents.loading', { name })}</p>}>
          <TextView
            original={undefined}
            originalLabel=""
            text={content.text}
            label={t('contents.textOf', { name, column })}
          />
        </Suspense>
      );
    case 'image':
      return (
        <figure className={styles.image}>
          <img
            src={imageUrl(content.mediaType, content.bytes)}
            alt={t('contents.imageOf', { name, column })}
          />
          <figcaption>{formatBytes(content.size)}</figcaption>
        </figure>
      );
    case 'binary':
      return (
        <>
          {content.bytes.length < content.size && (
            <p className={styles.message}>
              {t('contents.firstBytes', {
                shown: formatBytes(content.bytes.length),
                size: formatBytes(content.size),
              })}
            </p>
          )}
          <HexView label={t('contents.hexOf', { name, column })} bytes={content.bytes} />
        </>
      );
  }
}

/** Whether both contents are there as a whole, and equal. */
function isSame(a: FileContent, b: FileContent): boolean {
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text;
  if (!('bytes' in a) || !('bytes' in b)) return false;
  return a.size === b.size && a.bytes.length === a.size && sameBytes(a.bytes, b.bytes);
}

/** Reads a file of a column; undefined while it is on its way, or when there is no column. */
function useContent(tree: string, id: string, column: number | undefined): Loaded {
  const [loaded, setLoaded] = useState<{ column: number | undefined; result: Loaded }>();
  useEffect(() => {
    if (column === undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    studio()
      .call('images.fileContent', { tree, id, column }, { signal })
      .then(
        (content) => !signal.aborted && setLoaded({ column, result: { content } }),
        (thrown: unknown) => !signal.aborted && setLoaded({ column, result: { error: errorData(thrown) } }),
      );
    return () => controller.abort();
  }, [tree, id, column]);
  return loaded !== undefined && loaded.column === column ? loaded.result : undefined;
}

function SaveFile({ tree, id, column, label }: { tree: string; id: string; column: number; label: string }) {
  const { t } = useTranslation('imageFiles');
  const [state, setState] = useState<'saving' | { path: string } | { error: StudioErrorData }>();
  const save = (): void => {
    if (state === 'saving') return;
    setState('saving');
    studio()
      .call('images.saveFile', { tree, id, column })
      .then(
        ({ path }) => setState(path === undefined ? undefined : { path }),
        (thrown: unknown) => setState({ error: errorData(thrown) }),
      );
  };
  return (
    <>
      {/* Not disabled meanwhile: the focus would be lost, and with it the dialog's keys. */}
      <Button onPress={save}>{state === 'saving' ? t('contents.saving') : label}</Button>
      {typeof state === 'object' && 'path' in state && (
        <span role="status" className={styles.saved} title={state.path}>
          {t('contents.saved', { path: state.path })}
        </span>
      )}
      {typeof state === 'object' && 'error' in state && <ErrorNote error={state.error} />}
    </>
  );
}
