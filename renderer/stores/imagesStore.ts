import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type {
  BuildSummary,
  ImageCatalog,
  ImageDescriptor,
  ImageDocument,
  ImageSource,
  StudioErrorData,
} from '../../shared/contract';
import type { SelectedLayer } from '../../shared/model/imageComparison';
import { errorData, studio } from '../app/studio';
import type { UiState } from './uiStore';

/** An image that was opened. While it is read again, `document` is what it was before. */
export interface OpenedImage {
  /** Of its source: the same source is open only once. */
  key: string;
  source: ImageSource;
  status: 'loading' | 'ready' | 'failed';
  document?: ImageDocument;
  error?: StudioErrorData;
}

/** An {@link OpenedImage} that has been read. */
export type ReadyImage = OpenedImage & { document: ImageDocument };

/** What is shown in the details: a part of one of the open images, or a manifest that says to be about one. */
export interface ImageSelection {
  image: string;
  /** Id of the part. */
  part: string;
  referrer?: { descriptor: ImageDescriptor; subject: string };
}

export interface ImagesState {
  /** The text in "Image reference". */
  typed: string;
  opened?: OpenedImage;
  /** Further images beside the opened one, to compare it with. */
  compared: OpenedImage[];
  selection?: ImageSelection;
  /** The layer whose files are shown. */
  layer?: SelectedLayer;
  /** Ids of the columns that the person chose to compare; absent for the usual ones. */
  columns?: string[];
  /** What can be opened without typing. */
  catalog: { value?: ImageCatalog; error?: StudioErrorData; loading: boolean };
}

const nothing: ImagesState = { typed: '', compared: [], catalog: { loading: false } };

export const imagesStore = createStore<ImagesState>()(() => nothing);

export function useImages<T>(select: (state: ImagesState) => T): T {
  return useStore(imagesStore, select);
}

const get = imagesStore.getState;
const set = imagesStore.setState;

/** Reads in flight, by the image's key: a newer one takes the older one's place, and its answer is the only one taken. */
const reads = new Map<string, AbortController>();
let inspectionSeen: UiState['inspected'];

/** Forgets everything, for tests. */
export function resetImages(): void {
  for (const read of reads.values()) read.abort();
  reads.clear();
  inspectionSeen = undefined;
  set(nothing, true);
}

/** Two sources with the same key are the same place to read an image from. */
export function sourceKey(source: ImageSource): string {
  switch (source.kind) {
    case 'registry':
      return `registry ${source.reference}`;
    case 'build':
      return `build ${source.buildId}`;
    case 'archive':
      return `archive ${source.path} ${source.reference ?? ''}`;
    case 'engine':
      return `engine ${source.context ?? ''} ${source.reference}`;
  }
}

/**
 * Opens an image in place of the one that is open, or reads that one again. What was put beside another image is put
 * away. Why it can't be opened is in the state.
 */
export async function openImage(source: ImageSource): Promise<void> {
  const key = sourceKey(source);
  const before = get().opened;
  if (before?.key !== key) {
    if (before !== undefined) stopReading(before.key);
    for (const other of get().compared) stopReading(other.key);
    const { typed: typedBefore, catalog } = get();
    const typed = source.kind === 'registry' ? source.reference : typedBefore;
    set({ typed, catalog, compared: [], opened: { key, source, status: 'loading' } }, true);
  }
  await read({ key, source }, (image) => {
    if (get().opened?.key !== key) return;
    set({ opened: image });
    const { document } = image;
    if (document === undefined || image.status !== 'ready') return;
    if (get().selection === undefined) set({ selection: { image: key, part: document.root.id } });
    if (source.kind === 'registry') remember(source.reference);
  });
}

/** Reads the open image and what is beside it again, and what can be opened. */
export async function refreshImages(): Promise<void> {
  const { opened, compared } = get();
  await Promise.all([
    loadCatalog(),
    ...(opened === undefined ? [] : [openImage(opened.source)]),
    ...compared.map(({ source }) => compareWith(source)),
  ]);
}

/** Puts an image beside the open one. The usual columns are shown then. */
export async function compareWith(source: ImageSource): Promise<void> {
  const key = sourceKey(source);
  const { opened, compared } = get();
  if (opened === undefined || opened.key === key) return;
  if (!compared.some((other) => other.key === key)) {
    const { columns: _usual, ...state } = get();
    set({ ...state, compared: [...compared, { key, source, status: 'loading' }] }, true);
  }
  await read({ key, source }, (image) =>
    set((state) => ({ compared: state.compared.map((other) => (other.key === key ? image : other)) })),
  );
}

/** Puts an image that is beside the open one away. */
export function closeCompared(key: string): void {
  stopReading(key);
  const { columns: _usual, layer, selection, ...state } = get();
  const isOfIt = selection?.image === key;
  const { opened } = state;
  set(
    {
      ...state,
      compared: state.compared.filter((other) => other.key !== key),
      ...(layer === undefined || layer.columnId.startsWith(`${key}\n`) ? {} : { layer }),
      ...(selection === undefined || isOfIt ? {} : { selection }),
      ...(isOfIt && opened?.document !== undefined
        ? { selection: { image: opened.key, part: opened.document.root.id } }
        : {}),
    },
    true,
  );
}

/** The image of that key, among those that are open. */
export function openedImage(state: ImagesState, key: string | undefined): OpenedImage | undefined {
  return [state.opened, ...state.compared].find((image) => image !== undefined && image.key === key);
}

/** The id of the column of a manifest, given by its node's id. */
export function columnId(image: string, node: string): string {
  return `${image}\n${node}`;
}

/** Shows a part in the details. `layer` is set when it is one, and its files are shown then, too. */
export function selectPart(selection: ImageSelection, layer?: SelectedLayer): void {
  set(layer === undefined ? { selection } : { selection, layer });
}

/** Chooses what is compared, by the ids of the columns. */
export function chooseColumns(columns: string[]): void {
  set({ columns });
}

export function setTyped(typed: string): void {
  set({ typed });
}

/** Asks what can be opened. A failure is kept to be shown; what was known before stays. */
export async function loadCatalog(): Promise<void> {
  if (get().catalog.loading) return;
  set(({ catalog: { error: _old, ...catalog } }) => ({ catalog: { ...catalog, loading: true } }));
  try {
    const value = await studio().call('images.catalog', undefined);
    set({ catalog: { value, loading: false } });
  } catch (error) {
    set(({ catalog }) => ({ catalog: { ...catalog, error: errorData(error), loading: false } }));
  }
}

/**
 * Opens what the page was asked to show ("Inspect image"), once for each request; with no request and nothing open, the
 * newest image that was built.
 *
 * @param builds newest first
 */
export function openWanted(inspected: UiState['inspected'], builds: readonly BuildSummary[]): void {
  if (inspected !== undefined && inspected !== inspectionSeen) {
    inspectionSeen = inspected;
    void openImage({ kind: 'build', buildId: inspected.buildId });
    return;
  }
  if (get().opened !== undefined) return;
  const newest = builds.find(hasImage);
  if (newest !== undefined) void openImage({ kind: 'build', buildId: newest.id });
}

/** Whether a build made an image that can be opened. */
export function hasImage(build: BuildSummary): boolean {
  return build.result !== undefined && build.result.digest !== undefined;
}

/** Ends the reading of an image. What was known of it stays; that it was ended is its error. */
export function cancelReading(key: string): void {
  reads.get(key)?.abort();
}

function remember(reference: string): void {
  const { catalog } = get();
  if (catalog.value === undefined) return;
  const recent = [reference, ...catalog.value.recent.filter((other) => other !== reference)];
  set({ catalog: { ...catalog, value: { ...catalog.value, recent } } });
}

function stopReading(key: string): void {
  reads.get(key)?.abort();
  reads.delete(key);
}

/** Reads an image; `keep` gets each state of it, but none after a newer read of the same image has begun. */
async function read(
  { key, source }: Pick<OpenedImage, 'key' | 'source'>,
  keep: (image: OpenedImage) => void,
): Promise<void> {
  stopReading(key);
  const mine = new AbortController();
  reads.set(key, mine);
  const known = openedImage(get(), key)?.document;
  const before = { key, source, ...(known === undefined ? {} : { document: known }) };
  keep({ ...before, status: 'loading' });
  try {
    const document = await studio().call('images.inspect', source, { signal: mine.signal });
    if (reads.get(key) === mine) keep({ key, source, status: 'ready', document });
  } catch (error) {
    if (reads.get(key) === mine) keep({ ...before, status: 'failed', error: errorData(error) });
  } finally {
    if (reads.get(key) === mine) reads.delete(key);
  }
}
