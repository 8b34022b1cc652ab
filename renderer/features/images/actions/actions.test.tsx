import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../../../shared/contract';
import type { ImageSource, IndexPlan, NewIndex } from '../../../../shared/contract';
import { initLocales } from '../../../locales';
import { imagesStore, resetImages } from '../../../stores/imagesStore';
import type { ReadyImage } from '../../../stores/imagesStore';
import { sampleStudio } from '../../../testing/samples';
import { sampleDigest, sampleImage, sampleIndex, sampleManifest } from '../../../testing/sampleImages';
import type { ScriptedStudio } from '../../../testing/scriptedStudio';
import { ActionDialog } from './ActionDialog';
import type { ImageAction } from './imageAction';

configure({ asyncUtilTimeout: 5000 });

vi.mock('../raw/JsonEditor', () => ({
  default: ({ label, value }: { label: string; value: string }) => (
    <textarea aria-label={label} readOnly value={value} />
  ),
}));
vi.mock('../raw/JsonDiff', () => ({
  default: (props: { before: string; after: string; beforeLabel: string; afterLabel: string }) => (
    <>
      <textarea aria-label={props.beforeLabel} readOnly value={props.before} />
      <textarea aria-label={props.afterLabel} readOnly value={props.after} />
    </>
  ),
}));

const source: ImageSource = { kind: 'registry', reference: 'ghcr.io/acme/hello:1.4.0' };
const image: ReadyImage = { key: 'k', source, status: 'ready', document: sampleImage() };
const plan: IndexPlan = {
  digest: sampleDigest('ab'),
  mediaType: 'application/vnd.oci.image.index.v1+json',
  text: '{"manifests":[1]}',
  before: '{"manifests":[1,2]}',
  copyBytes: 0,
  presentBytes: 14_000_000,
};

let core: ScriptedStudio;
let planAnswer: (params: NewIndex) => IndexPlan | Promise<IndexPlan>;
let closed: number;

beforeEach(() => {
  initLocales('en');
  resetImages();
  closed = 0;
  planAnswer = () => plan;
  core = sampleStudio({
    'images.planIndex': (params) => planAnswer(params),
    'images.inspect': (from) =>
      sampleImage({
        source: from,
        name: 'other:1',
        root: sampleIndex([sampleManifest('linux/s390x', 'd1'), sampleManifest('linux/amd64', 'd2')]),
      }),
    'images.catalog': () => ({ recent: [], engine: [] }),
    'images.deleteTag': () => undefined,
    'clipboard.write': () => undefined,
  });
});
afterEach(cleanup);

function show(action: ImageAction, shown: ReadyImage = image): void {
  render(<ActionDialog image={shown} action={action} onClose={() => (closed += 1)} />);
}
const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const press = (name: string): void => {
  fireEvent.click(button(name));
};
const fill = (name: string, value: string): void => {
  fireEvent.change(screen.getByRole('textbox', { name }), { target: { value } });
};
const tick = (name: string, group?: string): void => {
  const within_ = group === undefined ? screen : within(screen.getByRole('group', { name: group }));
  fireEvent.click(within_.getByRole('checkbox', { name }));
};

describe('a new tag', () => {
  it('without one platform is shown before it is made', async () => {
    show({ kind: 'create', platforms: ['linux/amd64', 'linux/arm64'] });
    fill('Tags', 'ghcr.io/acme/hello:slim');
    press('Preview');
    expect(
      await screen.findByText(/^ghcr\.io\/acme\/hello:slim exists and will stand for this/),
    ).toBeTruthy();
    expect(core.paramsOf('images.planIndex')).toEqual([
      {
        tags: ['ghcr.io/acme/hello:slim'],
        parts: [{ source, platforms: ['linux/amd64', 'linux/arm64'] }],
        append: false,
        preferManifest: true,
        annotations: {},
        descriptorAnnotations: [],
      },
    ]);
    expect(screen.getByText(/0 B have to be copied, 14\.0 MB are there\./)).toBeTruthy();
    const before = await screen.findByRole('textbox', { name: 'What the tag stands for now' });
    expect(before).toHaveProperty('value', '{\n  "manifests": [\n    1,\n    2\n  ]\n}');
    expect(screen.getByRole('textbox', { name: 'What would be stored' })).toHaveProperty(
      'value',
      '{\n  "manifests": [\n    1\n  ]\n}',
    );
    press('Create');
    expect(core.open('images.createIndex')).toEqual(core.paramsOf('images.planIndex'));
    act(() =>
      core.push('images.createIndex', {
        type: 'progress',
        transferredBytes: 5_000_000,
        presentBytes: 3_000_000,
        totalBytes: 10_000_000,
      }),
    );
    expect(screen.getByText('5.00 MB of 10.0 MB copied, 3.00 MB were there already')).toBeTruthy();
    expect(screen.getByRole('progressbar', { name: 'Transfer' })).toHaveProperty('value', 0.5);
    act(() =>
      core.push('images.createIndex', {
        type: 'done',
        digest: plan.digest,
        references: ['ghcr.io/acme/hello:slim'],
      }),
    );
    expect(screen.getByText('ghcr.io/acme/hello:slim')).toBeTruthy();
    press('Inspect it');
    expect(imagesStore.getState().opened?.source).toEqual({
      kind: 'registry',
      reference: 'ghcr.io/acme/hello:slim',
    });
    expect(closed).toBe(1);
  });

  it('is shown alone where there was none: nothing is taken away', async () => {
    const { before: _none, ...fresh } = plan;
    planAnswer = () => fresh;
    show({ kind: 'create' });
    press('Preview');
    expect(await screen.findByText(/^ghcr\.io\/acme\/hello:1\.4\.0 is new\./)).toBeTruthy();
    expect(await screen.findByRole('textbox', { name: 'What would be stored' })).toHaveProperty(
      'value',
      '{\n  "manifests": [\n    1\n  ]\n}',
    );
    expect(screen.queryByRole('textbox', { name: 'What the tag stands for now' })).toBeNull();
  });

  it('explains its choices, each right below its box', () => {
    show({ kind: 'create' });
    const box = screen.getByRole('checkbox', { name: 'Append to what the first tag has' });
    const hint = document.getElementById(box.getAttribute('aria-describedby') ?? '');
    expect(hint?.textContent).toBe('Platforms that are in both come from the images above.');
    expect(hint?.previousElementSibling?.contains(box)).toBe(true);
    expect(hint?.parentElement?.children).toHaveLength(2);
  });

  it('takes platforms of further images, annotations, and what is there', async () => {
    show({ kind: 'create' });
    expect(screen.getByRole('textbox', { name: 'Tags' })).toHaveProperty('value', 'ghcr.io/acme/hello:1.4.0');
    fill('Further image', 'other:1');
    press('Add image');
    tick('linux/amd64', 'Platforms of ghcr.io/acme/hello:1.4.0');
    await screen.findByRole('group', { name: 'Platforms of other:1' });
    tick('linux/amd64', 'Platforms of other:1');
    tick('Append to what the first tag has');
    tick('A lone manifest stays without an index');
    press('Add annotation of the index');
    const table = within(screen.getByRole('table', { name: 'Annotations of the index' }));
    const [name, value] = table.getAllByRole('textbox');
    fireEvent.change(name!, { target: { value: 'k' } });
    fireEvent.change(value!, { target: { value: 'v' } });
    press('Preview');
    await screen.findByText(/exists and will stand for this/);
    expect(core.paramsOf('images.planIndex')).toEqual([
      {
        tags: ['ghcr.io/acme/hello:1.4.0'],
        parts: [
          { source, platforms: ['linux/arm64', 'linux/arm/v7'] },
          { source: { kind: 'registry', reference: 'other:1' }, platforms: ['linux/s390x'] },
        ],
        append: true,
        preferManifest: false,
        annotations: { k: 'v' },
        descriptorAnnotations: [],
      },
    ]);
    press('Leave out other:1');
    expect(screen.queryByRole('group', { name: 'Platforms of other:1' })).toBeNull();
    // What was shown is not what would be made any more.
    expect(screen.queryByRole('button', { name: 'Create' })).toBeNull();
    expect(button('Preview')).toBeTruthy();
  });

  it('needs a tag and a platform', () => {
    show({ kind: 'create', platforms: ['linux/arm64'] });
    fill('Tags', '');
    expect(button('Preview')).toHaveProperty('disabled', true);
    expect(screen.getByText('Name a tag that it goes to.')).toBeTruthy();
    fill('Tags', 'a:1');
    tick('linux/arm64');
    expect(screen.getByText('Tick a platform.')).toBeTruthy();
  });

  it('drops a preview that comes after the form has changed', async () => {
    let give: (value: IndexPlan) => void = () => undefined;
    planAnswer = () => new Promise((resolve) => (give = resolve));
    show({ kind: 'create' });
    press('Preview');
    expect(screen.getByText('Working out what would be stored…')).toBeTruthy();
    tick('linux/arm64');
    await act(async () => give(plan));
    expect(screen.queryByRole('button', { name: 'Create' })).toBeNull();
  });

  it('says why it can’t be worked out or made, and tries again', async () => {
    planAnswer = () => {
      throw new StudioError({ code: 'registry-denied', message: 'you may not push' });
    };
    show({ kind: 'create' });
    press('Preview');
    expect((await screen.findByRole('alert')).textContent).toContain('you may not push');
    planAnswer = () => plan;
    press('Preview');
    await screen.findByText(/exists and will stand for this/);
    press('Create');
    act(() =>
      core.end('images.createIndex', new StudioError({ code: 'conflict', message: 'the tag has moved' })),
    );
    expect(screen.getByRole('alert').textContent).toContain('the tag has moved');
    press('Try again');
    expect(core.open('images.createIndex')).toHaveLength(1);
    press('Cancel transfer');
    expect(core.open('images.createIndex')).toHaveLength(0);
  });
});

describe('a copy', () => {
  it('goes to a registry, with the platforms that are ticked', () => {
    show({ kind: 'copy', platforms: ['linux/arm64'] });
    expect(button('Copy')).toHaveProperty('disabled', true);
    fill('Target reference', 'Not one');
    expect(screen.getByText(/invalid reference format/)).toBeTruthy();
    fill('Target reference', 'localhost:5000/hello:1');
    press('Copy');
    expect(core.open('images.copy')).toEqual([
      {
        source,
        platforms: ['linux/arm64'],
        target: { kind: 'registry', reference: 'localhost:5000/hello:1' },
      },
    ]);
    expect(screen.getByText('Looking at what is there already…')).toBeTruthy();
    press('Cancel transfer');
    expect(core.open('images.copy')).toEqual([]);
    expect(button('Copy')).toHaveProperty('disabled', false);
  });

  it('goes to an archive, whose place is asked for', () => {
    show({ kind: 'copy' });
    fireEvent.click(screen.getByRole('radio', { name: 'To an archive' }));
    press('Choose file and copy');
    expect(core.open('images.copy')).toEqual([{ source, target: { kind: 'archive' } }]);
    act(() => core.push('images.copy', { type: 'dismissed' }));
    expect(button('Choose file and copy')).toHaveProperty('disabled', false);
    press('Choose file and copy');
    act(() =>
      core.push('images.copy', {
        type: 'done',
        digest: plan.digest,
        references: [],
        path: '/home/someone/hello.tar',
      }),
    );
    expect(screen.getByText('Stored in /home/someone/hello.tar')).toBeTruthy();
    press('Inspect it');
    expect(imagesStore.getState().opened?.source).toEqual({
      kind: 'archive',
      path: '/home/someone/hello.tar',
    });
  });

  it('ends when its dialog goes', () => {
    show({ kind: 'copy' });
    fill('Target reference', 'a/b');
    press('Copy');
    cleanup();
    expect(core.open('images.copy')).toEqual([]);
  });
});

describe('deleting a tag', () => {
  it('asks, says what is lost, and says when it is done', async () => {
    show({ kind: 'delete' });
    const question = within(screen.getByRole('alertdialog', { name: 'Delete ghcr.io/acme/hello:1.4.0?' }));
    expect(question.getByText(/It stands for 3 platforms:$/)).toBeTruthy();
    expect(question.getByText(sampleDigest('9f'))).toBeTruthy();
    expect(core.paramsOf('images.deleteTag')).toEqual([]);
    fireEvent.click(question.getByRole('button', { name: 'Delete tag' }));
    expect(await screen.findByText('ghcr.io/acme/hello:1.4.0 is deleted.')).toBeTruthy();
    expect(core.paramsOf('images.deleteTag')).toEqual([
      { reference: 'ghcr.io/acme/hello:1.4.0', digest: sampleDigest('9f') },
    ]);
  });

  it('says why it is not done', async () => {
    core = sampleStudio({
      'images.deleteTag': () => {
        throw new StudioError({ code: 'conflict', message: 'the tag stands for something else' });
      },
    });
    show({ kind: 'delete' });
    press('Delete tag');
    expect((await screen.findByRole('alert')).textContent).toContain('the tag stands for something else');
  });

  it('is not asked where there is no tag', () => {
    show({ kind: 'delete' }, { ...image, source: { kind: 'archive', path: '/a.tar' } });
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });
});

describe('a run', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('shows what the engine does, what is printed, and the exit code', async () => {
    show({ kind: 'run', platform: 'linux/arm64' });
    fill('Command', 'sh -c "echo hi"');
    press('Run');
    expect(core.open('images.run')).toEqual([
      { source, platform: 'linux/arm64', command: ['sh', '-c', 'echo hi'] },
    ]);
    act(() => core.push('images.run', { type: 'activity', text: 'Pulling ghcr.io/acme/hello' }));
    expect(screen.getByText('Pulling ghcr.io/acme/hello')).toBeTruthy();
    act(() => core.push('images.run', { type: 'output', stream: 'stdout', bytes: bytes('hi\n') }));
    act(() => core.push('images.run', { type: 'output', stream: 'stderr', bytes: bytes('oops') }));
    await waitFor(() => expect(screen.getByRole('region', { name: 'Output' }).textContent).toBe('hi\noops'));
    expect(screen.getByText('Running…')).toBeTruthy();
    act(() => core.push('images.run', { type: 'exited', exitCode: 3 }));
    expect(screen.getByText('Exited with code 3.')).toBeTruthy();
    press('Run again');
    await waitFor(() =>
      expect(screen.getByRole('region', { name: 'Output' }).textContent).toBe('Nothing printed yet.'),
    );
  });

  it('is stopped by its button, and by closing', () => {
    show({ kind: 'run' });
    press('Run');
    expect(core.open('images.run')).toEqual([{ source, platform: 'linux/amd64', command: [] }]);
    press('Stop');
    expect(core.open('images.run')).toEqual([]);
    expect(screen.getByText('Stopped.')).toBeTruthy();
    press('Run again');
    cleanup();
    expect(core.open('images.run')).toEqual([]);
  });

  it('is in the engine that has the image', () => {
    show(
      { kind: 'run' },
      { ...image, source: { kind: 'engine', reference: 'hello:dev', context: 'colima' } },
    );
    press('Run');
    expect(core.open('images.run')[0]).toMatchObject({ context: 'colima' });
  });

  it('says why it can’t be', () => {
    show({ kind: 'run' });
    fill('Command', 'echo "a');
    expect(screen.getByText('A quote is not closed.')).toBeTruthy();
    expect(button('Run')).toHaveProperty('disabled', true);
    fill('Command', '');
    press('Run');
    act(() =>
      core.end(
        'images.run',
        new StudioError({ code: 'builder-unreachable', message: 'no engine is running' }),
      ),
    );
    expect(screen.getByRole('alert').textContent).toContain('no engine is running');
    press('Try again');
    expect(core.open('images.run')).toHaveLength(1);
  });
});
