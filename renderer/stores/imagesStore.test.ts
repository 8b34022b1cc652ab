import { beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../../shared/contract';
import type { ImageDocument, ImageSource } from '../../shared/contract';
import { sampleBuild, sampleStudio } from '../testing/samples';
import { sampleDigest, sampleImage } from '../testing/sampleImages';
import type { ScriptedStudio } from '../testing/scriptedStudio';
import {
  cancelReading,
  chooseColumns,
  closeCompared,
  columnId,
  compareWith,
  imagesStore,
  loadCatalog,
  openImage,
  openWanted,
  refreshImages,
  resetImages,
  selectPart,
} from './imagesStore';

const get = imagesStore.getState;
const registry = (reference: string): ImageSource => ({ kind: 'registry', reference });

/** Answers of 'images.inspect' in the order of the calls, each given when the test wants it. */
let answers: {
  source: ImageSource;
  give: (document: ImageDocument) => void;
  refuse: (error: unknown) => void;
}[];
let core: ScriptedStudio;

beforeEach(() => {
  resetImages();
  answers = [];
  core = sampleStudio({
    'images.inspect': (source) =>
      new Promise((give, refuse) => {
        answers.push({ source, give, refuse });
      }),
    'images.catalog': () => ({ recent: ['old:1', 'a:1'], engine: [] }),
  });
});

const give = (at: number, patch: Partial<ImageDocument> = {}): void => {
  const { source, give: answer } = answers[at]!;
  answer(sampleImage({ source, ...patch }));
};

describe('opening an image', () => {
  it('says that it is read, then has it, with the whole of it selected', async () => {
    const opening = openImage(registry('a:1'));
    expect(get().opened).toMatchObject({ status: 'loading', source: { reference: 'a:1' } });
    give(0);
    await opening;
    expect(get().opened).toMatchObject({ status: 'ready', document: { name: 'ghcr.io/acme/hello:1.4.0' } });
    expect(get().selection).toEqual({ image: 'registry a:1', part: 'root' });
  });

  it('keeps why it can’t be opened', async () => {
    const opening = openImage(registry('a:1'));
    answers[0]!.refuse(new StudioError({ code: 'registry-denied', message: 'no entry' }));
    await opening;
    expect(get().opened).toMatchObject({ status: 'failed', error: { code: 'registry-denied' } });
  });

  it('takes no answer for an image that was left, in whatever order they come', async () => {
    const first = openImage(registry('a:1'));
    const second = openImage(registry('b:1'));
    give(1, { name: 'b' });
    give(0, { name: 'a' });
    await Promise.all([first, second]);
    expect(get().opened?.document?.name).toBe('b');
  });

  it('takes only the newest answer for one image, and shows the old state until then', async () => {
    const first = openImage(registry('a:1'));
    give(0, { name: 'first' });
    await first;
    const second = openImage(registry('a:1'));
    const third = openImage(registry('a:1'));
    expect(get().opened).toMatchObject({ status: 'loading', document: { name: 'first' } });
    give(2, { name: 'third' });
    give(1, { name: 'second' });
    await Promise.all([second, third]);
    expect(get().opened).toMatchObject({ status: 'ready', document: { name: 'third' } });
  });

  it('keeps the selection when the image is read again', async () => {
    const first = openImage(registry('a:1'));
    give(0);
    await first;
    selectPart({ image: 'registry a:1', part: 'm-linux/arm64' });
    const again = openImage(registry('a:1'));
    give(1);
    await again;
    expect(get().selection?.part).toBe('m-linux/arm64');
  });

  it('can be cancelled, which says so', async () => {
    const opening = openImage(registry('a:1'));
    cancelReading('registry a:1');
    await opening;
    expect(get().opened).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
  });

  it('remembers what was opened last', async () => {
    await loadCatalog();
    const opening = openImage(registry('a:1'));
    give(0);
    await opening;
    expect(get().catalog.value?.recent).toEqual(['a:1', 'old:1']);
  });
});

describe('images beside it', () => {
  beforeEach(async () => {
    const opening = openImage(registry('a:1'));
    give(0, { name: 'a' });
    await opening;
  });

  it('come and go', async () => {
    chooseColumns(['x']);
    const other = compareWith(registry('b:1'));
    expect(get().compared).toMatchObject([{ status: 'loading' }]);
    expect(get().columns).toBeUndefined();
    give(1, { name: 'b' });
    await other;
    expect(get().compared).toMatchObject([{ status: 'ready', document: { name: 'b' } }]);
    selectPart(
      { image: 'registry b:1', part: 'm layer 0' },
      { columnId: columnId('registry b:1', 'm'), layer: 0 },
    );
    closeCompared('registry b:1');
    expect(get().compared).toEqual([]);
    expect(get().layer).toBeUndefined();
    expect(get().selection).toEqual({ image: 'registry a:1', part: 'root' });
  });

  it('are there once, and never the open one', async () => {
    void compareWith(registry('a:1'));
    void compareWith(registry('b:1'));
    const again = compareWith(registry('b:1'));
    give(2, { name: 'newest' });
    give(1, { name: 'older' });
    await again;
    expect(get().compared.map(({ document }) => document?.name)).toEqual(['newest']);
  });

  it('leave with their answer when they are put away, or another image is opened', async () => {
    const put = compareWith(registry('b:1'));
    closeCompared('registry b:1');
    const left = compareWith(registry('c:1'));
    const next = openImage(registry('d:1'));
    give(1);
    give(2);
    give(3, { name: 'd' });
    await Promise.all([put, left, next]);
    expect(get().compared).toEqual([]);
    expect(get().opened?.document?.name).toBe('d');
    expect(get().selection).toEqual({ image: 'registry d:1', part: 'root' });
  });

  it('are read again with it', async () => {
    const other = compareWith(registry('b:1'));
    give(1);
    await other;
    const refresh = refreshImages();
    expect(get().opened?.status).toBe('loading');
    expect(get().compared[0]?.status).toBe('loading');
    give(2);
    give(3);
    await refresh;
    expect(get().compared[0]?.status).toBe('ready');
    expect(core.paramsOf('images.catalog')).toHaveLength(1);
  });
});

describe('what is opened by itself', () => {
  const result = {
    outputType: 'oci' as const,
    digest: sampleDigest('9f'),
    references: [],
    platforms: [],
    cachedSteps: 0,
    totalSteps: 0,
  };
  const builds = [
    sampleBuild({ id: 'b3', status: 'failed' }),
    sampleBuild({ id: 'b2', result }),
    sampleBuild({ id: 'b1', result }),
  ];

  it('is the newest build with an image, unless something is open', () => {
    openWanted(undefined, []);
    expect(get().opened).toBeUndefined();
    openWanted(undefined, builds);
    expect(get().opened?.source).toEqual({ kind: 'build', buildId: 'b2' });
    void openImage(registry('a:1'));
    openWanted(undefined, builds);
    expect(get().opened?.source).toEqual(registry('a:1'));
  });

  it('is what "Inspect image" asked for, once for each time', () => {
    const asked = { buildId: 'b1' };
    openWanted(asked, builds);
    expect(get().opened?.source).toEqual({ kind: 'build', buildId: 'b1' });
    void openImage(registry('a:1'));
    openWanted(asked, builds);
    expect(get().opened?.source).toEqual(registry('a:1'));
    openWanted({ buildId: 'b1' }, builds);
    expect(get().opened?.source).toEqual({ kind: 'build', buildId: 'b1' });
  });
});

it('keeps why the catalog can’t be read beside what was known', async () => {
  await loadCatalog();
  sampleStudio({
    'images.catalog': () => {
      throw new StudioError({ code: 'permission-denied', message: 'no' });
    },
  });
  await loadCatalog();
  expect(get().catalog).toMatchObject({
    loading: false,
    error: { code: 'permission-denied' },
    value: { recent: ['old:1', 'a:1'] },
  });
});
