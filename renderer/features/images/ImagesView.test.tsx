import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../../shared/contract';
import type { ImageDocument } from '../../../shared/contract';
import type { ImageColumn, SelectedLayer } from '../../../shared/model/imageComparison';
import { initLocales } from '../../locales';
import { buildsStore } from '../../stores/buildsStore';
import { imagesStore, resetImages } from '../../stores/imagesStore';
import { resetProject } from '../../stores/projectStore';
import { inspectImage, uiStore } from '../../stores/uiStore';
import { sampleBuild, sampleStudio } from '../../testing/samples';
import {
  sampleAttestation,
  sampleConfig,
  sampleDescriptor,
  sampleDigest,
  sampleImage,
  sampleIndex,
  sampleManifest,
  sampleProvenance,
  sampleSbom,
} from '../../testing/sampleImages';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import { forgetContents } from './content';
import ImagesView from './ImagesView';

configure({ asyncUtilTimeout: 5000 });

// They have tests of their own; here is tested what they are given, and what becomes of what they say.
let columns: ImageColumn[] = [];
let chooseLayer: (layer: SelectedLayer) => void;
let goToLine: (file: string, line: number) => void;
vi.mock('./compare/LayerComparison', () => ({
  LayerComparison: (props: {
    columns: ImageColumn[];
    onSelect: typeof chooseLayer;
    onOpenLine: typeof goToLine;
  }) => {
    columns = props.columns;
    chooseLayer = props.onSelect;
    goToLine = props.onOpenLine;
    return <p>{props.columns.map((column) => column.platform).join(' ')}</p>;
  },
}));
vi.mock('./files/LayerFiles', () => ({
  LayerFiles: ({ selected }: { selected: SelectedLayer }) => <p>files of layer {selected.layer}</p>,
}));
vi.mock('./raw/JsonEditor', () => ({
  default: ({ label, value }: { label: string; value: string }) => (
    <textarea aria-label={label} readOnly value={value} />
  ),
}));

const result = {
  outputType: 'push' as const,
  digest: sampleDigest('9f'),
  references: ['ghcr.io/acme/hello:1.4.0'],
  platforms: [],
  cachedSteps: 0,
  totalSteps: 1,
};
const builds = [
  sampleBuild({ id: 'b2', number: 2, result }),
  sampleBuild({ id: 'b1', number: 1, result: { ...result, references: [] } }),
];

let core: ScriptedStudio;
let document: ImageDocument;

beforeEach(() => {
  // happy-dom lays nothing out; what is virtual needs a height to draw rows.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  initLocales('en');
  resetImages();
  resetProject();
  forgetContents();
  columns = [];
  document = sampleImage();
  buildsStore.setState({ loaded: true, builds });
  uiStore.setState({ view: 'images', inspected: { buildId: 'b2' } });
  core = sampleStudio({
    'images.inspect': (source) => ({ ...document, source }),
    'images.catalog': () => ({
      recent: ['alpine:3.20', 'ghcr.io/acme/hello:1.3.2'],
      engine: [{ context: 'colima', id: 'sha256:aa', references: ['hello:dev'], size: 1, createdMs: 1 }],
    }),
    'images.tags': () => ({ tags: ['1.0', '2.0'] }),
    'images.raw': () => ({ text: '{"a":1}', size: 7, truncated: false }),
    'images.provenance': () => sampleProvenance(),
    'images.sbom': () => sampleSbom(),
    'images.referrers': () => ({ foundBy: 'none', referrers: [] }),
    'images.saveBlob': () => ({ path: '/home/someone/blob' }),
    'clipboard.write': () => undefined,
    'dialogs.chooseFile': () => ({ path: '/src/image.tar' }),
    'dialogs.chooseFolder': () => ({ path: '/src/layout' }),
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const reference = (): HTMLElement => screen.getByRole('textbox', { name: 'Image reference' });
const type = (text: string): void => {
  fireEvent.change(reference(), { target: { value: text } });
};
const press = (name: string | RegExp): void => {
  fireEvent.click(screen.getByRole('button', { name }));
};
const details = () => within(screen.getByRole('region', { name: 'Details' }));
const item = (name: string | RegExp): HTMLElement => screen.getByRole('treeitem', { name });
const centreTab = (name: string | RegExp): void => {
  const list = within(screen.getByRole('tablist', { name: 'Inspector' }));
  fireEvent.click(list.getByRole('tab', { name }));
};
const detailTab = (name: string): void => {
  fireEvent.click(details().getByRole('tab', { name }));
};
async function open(): Promise<void> {
  render(<ImagesView />);
  await screen.findByRole('tree', { name: 'Manifest' });
}

describe('what is opened', () => {
  it('is the image that was asked for, with its name, its registry and its totals', async () => {
    document = { ...document, buildId: 'b2' };
    await open();
    expect(core.paramsOf('images.inspect')).toEqual([{ kind: 'build', buildId: 'b2' }]);
    expect(screen.getByRole('heading', { name: 'ghcr.io/acme/hello:1.4.0' })).toBeTruthy();
    expect(screen.getByText('ghcr.io, signed in as acme')).toBeTruthy();
    expect(screen.getByText('37 of 100 pulls left in this 6 h window')).toBeTruthy();
    expect(screen.getByText('3 platforms, 6 manifests, 14.3 MB stored')).toBeTruthy();
    press('Open in History');
    expect(uiStore.getState()).toMatchObject({ view: 'history', historyId: 'b2' });
  });

  it('changes with a later wish', async () => {
    await open();
    act(() => inspectImage('b1'));
    await waitFor(() => expect(core.paramsOf('images.inspect')).toHaveLength(2));
    expect(core.paramsOf('images.inspect')[1]).toEqual({ kind: 'build', buildId: 'b1' });
  });

  it('is the newest build when nothing was asked for', async () => {
    uiStore.setState(({ inspected: _none, ...state }) => state, true);
    await open();
    expect(core.paramsOf('images.inspect')).toEqual([{ kind: 'build', buildId: 'b2' }]);
  });

  it('is explained when there is nothing', () => {
    uiStore.setState(({ inspected: _none, ...state }) => state, true);
    buildsStore.setState({ builds: [] });
    render(<ImagesView />);
    expect(screen.getByText('No image yet')).toBeTruthy();
    expect(screen.getByRole('region', { name: 'Details' })).toBeTruthy();
    press('Go to Build');
    expect(uiStore.getState().view).toBe('build');
  });

  it('is a typed reference, or an archive, or a layout', async () => {
    await open();
    type('alpine:3.20');
    press('Inspect');
    press('Open archive');
    await waitFor(() => expect(core.paramsOf('images.inspect')).toHaveLength(3));
    press('Open OCI layout folder');
    await waitFor(() => expect(core.paramsOf('images.inspect')).toHaveLength(4));
    expect(core.paramsOf('images.inspect').slice(1)).toEqual([
      { kind: 'registry', reference: 'alpine:3.20' },
      { kind: 'archive', path: '/src/image.tar' },
      { kind: 'archive', path: '/src/layout' },
    ]);
  });

  it('tells the images of an archive apart where they have the same platform', async () => {
    const member = (digits: string, name: string) =>
      sampleManifest('linux/amd64', digits, {
        id: name,
        descriptor: sampleDescriptor({
          digest: sampleDigest(digits),
          annotations: { 'org.opencontainers.image.ref.name': name },
        }),
      });
    const nested = sampleIndex([sampleManifest('linux/arm64', 'c1')], {
      id: 'nested',
      descriptor: sampleDescriptor({ digest: sampleDigest('77') }),
    });
    const second = member('b1', 'app:2');
    document = sampleImage({
      root: sampleIndex([member('a1', 'app:1'), second, nested, sampleAttestation(second, 'e1')]),
    });
    await open();
    for (const name of [
      'linux/amd64, app:1',
      'linux/amd64, app:2',
      'Image index 777777777777',
      'linux/arm64',
      'Attestation for linux/amd64, app:2',
    ]) {
      expect(item(name)).toBeTruthy();
    }
    fireEvent.click(item('linux/amd64, app:2'));
    expect(details().getByRole('heading', { name: 'linux/amd64, app:2' })).toBeTruthy();
  });

  it('is another image of the same archive', async () => {
    document = {
      ...document,
      name: 'images.tar',
      archive: { references: ['app:1', 'app:2'] },
    };
    await open();
    press('Open archive');
    fireEvent.click(await screen.findByRole('combobox', { name: 'Image in the archive' }));
    expect(screen.getByRole('combobox', { name: 'Image in the archive' }).textContent).toBe('all 2 images');
    fireEvent.click(await screen.findByRole('option', { name: 'app:2' }));
    await waitFor(() =>
      expect(core.paramsOf('images.inspect').at(-1)).toEqual({
        kind: 'archive',
        path: '/src/image.tar',
        reference: 'app:2',
      }),
    );
  });

  it('is no text that is no reference', async () => {
    await open();
    type('Not A Reference');
    fireEvent.keyDown(reference(), { key: 'Enter' });
    expect(reference().getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('alert').textContent).toContain('lowercase');
    type('alpine');
    expect(screen.queryByRole('alert')).toBeNull();
    expect(core.paramsOf('images.inspect')).toHaveLength(1);
  });

  it('says what it waits for, and can be cancelled and tried again', async () => {
    let give: (value: ImageDocument) => void = () => undefined;
    let waits = true;
    core = sampleStudio({
      'images.inspect': () => (waits ? new Promise((resolve) => (give = resolve)) : document),
      'images.sbom': () => sampleSbom(),
      'images.provenance': () => sampleProvenance(),
    });
    render(<ImagesView />);
    expect(screen.getAllByText('Opening hello #2…')).toHaveLength(2);
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText('hello #2 could not be opened.')).toBeTruthy();
    waits = false;
    press('Try again');
    await screen.findByRole('tree', { name: 'Manifest' });
    give(document);
  });

  it.each([
    [
      'en',
      'The registry registry.example.com refuses access.',
      'Log in with docker login registry.example.com',
    ],
    ['zh-CN', '镜像仓库 registry.example.com 拒绝访问。', '请用 docker login registry.example.com 登录'],
  ] as const)(
    'says in %s which registry wants a login, and how to log in',
    async (language, message, way) => {
      initLocales(language);
      core = sampleStudio({
        'images.inspect': () => {
          throw new StudioError({
            code: 'registry-denied',
            message: 'The registry registry.example.com refuses access.',
            hint: 'Log in with docker login registry.example.com, and check that your account may read or write the repository.',
            details: { subject: 'registry.example.com', cause: 'There is no login for this registry.' },
          });
        },
      });
      render(<ImagesView />);
      const note = await screen.findByRole('alert');
      expect(note.textContent).toContain(message);
      expect(note.textContent).toContain(way);
    },
  );

  it('says why it can’t be opened, and leaves what was there', async () => {
    await open();
    core = sampleStudio({
      'images.inspect': () => {
        throw new StudioError({ code: 'registry-unreachable', message: 'ghcr.io does not answer' });
      },
      'images.catalog': () => ({ recent: [], engine: [] }),
      'images.provenance': () => sampleProvenance(),
      'images.sbom': () => sampleSbom(),
    });
    press('Refresh');
    expect((await screen.findByRole('alert')).textContent).toContain('ghcr.io does not answer');
    expect(item('linux/arm64')).toBeTruthy();
  });
});

describe('what is offered while typing', () => {
  const offers = (): string[] =>
    screen.queryAllByRole('option').map((one) => one.getAttribute('aria-label') ?? '');

  it('is what was opened last, what was built, and what the engine has', async () => {
    await open();
    press('Show suggestions');
    expect(window.document.activeElement).toBe(reference());
    await waitFor(() => expect(offers()).toHaveLength(5));
    expect(offers()).toEqual([
      'alpine:3.20, Opened last',
      'ghcr.io/acme/hello:1.3.2, Opened last',
      'ghcr.io/acme/hello:1.4.0, #2, Builds of this app',
      'hello, #1, Builds of this app',
      'hello:dev, colima, Images of the engine',
    ]);
    fireEvent.keyDown(reference(), { key: 'ArrowUp' });
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('hello:dev');
    expect(reference().getAttribute('aria-activedescendant')).toBe(
      screen.getByRole('option', { selected: true }).id,
    );
    fireEvent.keyDown(reference(), { key: 'Enter' });
    await waitFor(() =>
      expect(core.paramsOf('images.inspect').at(-1)).toEqual({
        kind: 'engine',
        reference: 'hello:dev',
        context: 'colima',
      }),
    );
    expect(screen.queryByRole('listbox')).toBeNull();
  });

  it('is narrowed, goes with Escape, and is chosen by the pointer', async () => {
    await open();
    type('alp');
    await waitFor(() => expect(offers()).toEqual(['alpine:3.20, Opened last']));
    fireEvent.keyDown(reference(), { key: 'Escape' });
    expect(offers()).toEqual([]);
    type('alpi');
    fireEvent.click(await screen.findByRole('option'));
    await waitFor(() =>
      expect(core.paramsOf('images.inspect').at(-1)).toEqual({ kind: 'registry', reference: 'alpine:3.20' }),
    );
  });

  it('never takes the place of what was typed, and lies below the buttons', async () => {
    await open();
    type('alpine:3');
    const option = await screen.findByRole('option', { name: /^alpine:3.20/ });
    const archive = screen.getByRole('button', { name: 'Open archive' });
    expect(archive.compareDocumentPosition(option)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    fireEvent.keyDown(reference(), { key: 'Enter' });
    await waitFor(() =>
      expect(core.paramsOf('images.inspect').at(-1)).toEqual({ kind: 'registry', reference: 'alpine:3' }),
    );
    expect(offers()).toEqual([]);
    press('Compare with…');
    const dialog = within(await screen.findByRole('dialog'));
    const field = dialog.getByRole('textbox', { name: 'Reference to compare with' });
    fireEvent.change(field, { target: { value: 'alp' } });
    expect(dialog.queryByRole('listbox')).toBeNull();
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    expect(dialog.getByRole('listbox')).toBeTruthy();
  });

  it('has the tags of the typed repository', async () => {
    await open();
    type('ghcr.io/acme/hello:');
    await waitFor(() => expect(offers()).toContain('ghcr.io/acme/hello:2.0, Tags'));
    expect(core.paramsOf('images.tags')).toEqual([{ reference: 'ghcr.io/acme/hello' }]);
  });

  it('says why there are no tags', async () => {
    core = sampleStudio({
      'images.inspect': () => document,
      'images.catalog': () => ({
        recent: [],
        engine: [],
        engineProblem: { code: 'builder-unreachable', message: 'Docker is not running.' },
      }),
      'images.provenance': () => sampleProvenance(),
      'images.sbom': () => sampleSbom(),
      'images.tags': () => {
        throw new StudioError({ code: 'registry-denied', message: 'not for you' });
      },
    });
    await open();
    type('ghcr.io/acme/hello:');
    expect(await screen.findByText('Its tags can’t be listed: not for you')).toBeTruthy();
    expect(screen.getByText('The engine’s images can’t be listed: Docker is not running.')).toBeTruthy();
  });
});

describe('the tree', () => {
  it('has platforms with config and layers, attestations and statements', async () => {
    await open();
    for (const name of ['linux/amd64', 'linux/arm64', 'linux/arm/v7']) expect(item(name)).toBeTruthy();
    expect(screen.getAllByRole('treeitem', { name: 'config' })).toHaveLength(3);
    expect(screen.getAllByRole('treeitem', { name: '3 COPY /app/hello /app/hello' })).toHaveLength(3);
    const attestation = item('Attestation for linux/arm64');
    fireEvent.focus(attestation);
    fireEvent.keyDown(attestation, { key: 'ArrowRight' });
    expect(item('SBOM, SPDX')).toBeTruthy();
    expect(item('Provenance, SLSA v1')).toBeTruthy();
  });

  it('has nested indexes, artifacts, what is unknown, and what is wrong with it', async () => {
    const problem = { code: 'image-invalid' as const, message: 'its digest is wrong' };
    document = sampleImage({
      root: sampleIndex([
        sampleIndex([sampleManifest('linux/s390x', 'a1')], { id: 'inner' }),
        sampleManifest('', 'b1', {
          id: 'chart',
          role: 'artifact',
          artifactType: 'application/vnd.cncf.helm.config.v1+json',
        }),
        {
          type: 'unknown',
          id: 'what',
          descriptor: sampleDescriptor({ mediaType: 'application/x-what' }),
          annotations: {},
          problem,
        },
      ]),
    });
    await open();
    expect(screen.getAllByRole('treeitem', { name: 'Image index' })).toHaveLength(2);
    expect(item('linux/s390x')).toBeTruthy();
    expect(item('application/vnd.cncf.helm.config.v1+json')).toBeTruthy();
    const unknown = item('application/x-what');
    expect(unknown.closest('[role=presentation]')?.textContent).toContain('its digest is wrong');
    fireEvent.click(unknown);
    expect(details().getByRole('alert').textContent).toContain('its digest is wrong');
    fireEvent.click(screen.getAllByRole('treeitem', { name: 'Image index' })[0]!);
    expect(details().getByText('1 part can’t be shown; the tree says why.')).toBeTruthy();
  });

  it('draws only what is in sight of thousands of manifests', async () => {
    const many = Array.from({ length: 5000 }, (_, at) =>
      sampleManifest(`linux/x${at}`, 'a1', { id: `m${at}` }),
    );
    document = sampleImage({ root: sampleIndex(many) });
    await open();
    expect(screen.queryAllByRole('treeitem').length).toBeLessThan(300);
  });

  it('has a menu for each part', async () => {
    await open();
    fireEvent.contextMenu(item('linux/arm64'));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Copy reference' }));
    expect(core.paramsOf('clipboard.write')).toEqual([{ text: `ghcr.io/acme/hello@${sampleDigest('b1')}` }]);
    fireEvent.contextMenu(item('linux/arm64'));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Run linux/arm64 once…' }));
    expect(await screen.findByRole('dialog', { name: 'Run ghcr.io/acme/hello:1.4.0 once' })).toBeTruthy();
  });
});

describe('the details', () => {
  it('sum up a platform', async () => {
    await open();
    fireEvent.click(item('linux/arm64'));
    expect(details().getByRole('heading', { name: 'linux/arm64' })).toBeTruthy();
    expect(details().getByText(sampleDigest('b1'))).toBeTruthy();
    expect(details().getByText('4.70 MB')).toBeTruthy();
    expect(details().getByText('4,702,793 B')).toBeTruthy();
    expect(details().getByText(sampleDigest('b1c'))).toBeTruthy();
    fireEvent.click(details().getByRole('button', { name: 'Copy digest' }));
    fireEvent.click(details().getByRole('button', { name: 'Copy reference' }));
    expect(core.paramsOf('clipboard.write').map(({ text }) => text)).toEqual([
      sampleDigest('b1'),
      `ghcr.io/acme/hello@${sampleDigest('b1')}`,
    ]);
    expect(await details().findAllByRole('button', { name: 'Copied' })).toHaveLength(2);
  });

  it('sum up an index with its annotations', async () => {
    await open();
    expect(details().getByText('6 manifests')).toBeTruthy();
    const table = within(details().getByRole('table', { name: 'Annotations' }));
    expect(table.getByText('org.opencontainers.image.ref.name')).toBeTruthy();
  });

  it('sum up a layer: who shares it, its diff ID, and what made it', async () => {
    await open();
    fireEvent.click(screen.getAllByRole('treeitem', { name: '2 WORKDIR /app' })[1]!);
    expect(details().getByRole('heading', { name: 'Layer 2 of 3' })).toBeTruthy();
    expect(details().getByText('linux/arm64', { selector: 'header span' })).toBeTruthy();
    expect(details().getByText(sampleDigest('d2'))).toBeTruthy();
    expect(details().getByText(/^3 of 3 platforms/)).toBeTruthy();
    expect(details().getByText('WORKDIR /app')).toBeTruthy();
    expect(screen.getByText('files of layer 1')).toBeTruthy();
    expect(screen.queryByText(/^Select a layer/)).toBeNull();
  });

  it('sum up a foreign layer and one whose size is known unpacked', async () => {
    const foreign = sampleDescriptor({
      digest: sampleDigest('f0'),
      size: 10,
      urls: ['https://example.com/l'],
    });
    const estargz = sampleDescriptor({
      digest: sampleDigest('f1'),
      size: 1000,
      annotations: { 'io.containers.estargz.uncompressed-size': '2200' },
    });
    document = sampleImage({
      root: sampleManifest('linux/amd64', 'a1', {
        layers: [foreign, estargz],
        image: sampleConfig({ history: [] }),
      }),
    });
    await open();
    const [first, second] = screen.getAllByRole('treeitem', { name: /^[12] application/ });
    fireEvent.click(first!);
    expect(details().getByText('https://example.com/l')).toBeTruthy();
    expect(details().getByRole('button', { name: 'Save blob' })).toHaveProperty('disabled', true);
    fireEvent.click(second!);
    expect(details().getByText('2.20 kB')).toBeTruthy();
    expect(details().getByText('ratio 2.2')).toBeTruthy();
  });

  it('tell what an attestation is about', async () => {
    await open();
    fireEvent.click(item('Attestation for linux/amd64'));
    expect(details().getByText(sampleDigest('a1'), { selector: 'dd' })).toBeTruthy();
    const table = within(details().getByRole('table', { name: 'Annotations on the descriptor' }));
    expect(table.getByText('vnd.docker.reference.type')).toBeTruthy();
  });

  it('have the config in words', async () => {
    const image = sampleConfig({
      onBuild: ['RUN make'],
      shell: ['/bin/bash', '-c'],
      healthCheck: { test: ['CMD-SHELL', 'curl -f localhost'], interval: 30e9, timeout: 5e9, retries: 3 },
    });
    document = sampleImage({ root: sampleManifest('linux/amd64', 'a1', { image }) });
    await open();
    detailTab('Config');
    for (const text of [
      '["/app/hello"]',
      '["--port","80"]',
      '["/bin/bash","-c"]',
      'app',
      '/app',
      '80/tcp',
      '/data',
      'SIGTERM',
      'RUN make',
      'runs curl -f localhost, every 30.0s, fails after 5.0s, unhealthy after 3 failures in a row',
    ]) {
      expect(details().getByText(text, { selector: 'dd' })).toBeTruthy();
    }
    const env = within(details().getByRole('table', { name: 'Environment' }));
    expect(env.getAllByRole('row').map((row) => row.textContent)).toEqual([
      'NameValue',
      'PATH/usr/bin:/bin',
      'MODEa=b',
    ]);
    expect(details().getByRole('table', { name: 'Labels' })).toBeTruthy();
  });

  it('say that an empty config is empty', async () => {
    const image = {
      ...{ env: [], exposedPorts: [], volumes: [], labels: {}, onBuild: [], diffIds: [], history: [] },
    };
    document = sampleImage({ root: sampleManifest('linux/amd64', 'a1', { image }) });
    await open();
    detailTab('Config');
    expect(details().getByText(/^The config is empty/)).toBeTruthy();
  });

  it('have instructions as they are written, in the tree, the history and the summary', async () => {
    const image = sampleConfig({
      history: [{ createdBy: 'RUN |1 TARGETARCH=amd64 /bin/sh -c make all # buildkit', layer: 0 }],
    });
    document = sampleImage({ root: sampleManifest('linux/amd64', 'a1', { image }) });
    await open();
    fireEvent.click(item('1 RUN make all'));
    expect(details().getByText('RUN make all').getAttribute('title')).toContain('TARGETARCH=amd64');
    detailTab('History');
    expect(details().getAllByRole('listitem')[0]!.textContent).toMatch(/^1RUN make all/);
  });

  it('have the history, of which a row selects its layer', async () => {
    await open();
    fireEvent.click(item('linux/arm64'));
    detailTab('History');
    const list = within(details().getByRole('list', { name: 'History of linux/arm64' }));
    expect(list.getAllByRole('listitem').map((row) => row.textContent)).toEqual([
      expect.stringMatching(/^1ADD alpine-minirootfs\.tar\.gz \/.*3\.60 MB$/),
      expect.stringMatching(/^CMD .*no layer$/),
      expect.stringMatching(/^2WORKDIR \/app93 B$/),
      expect.stringMatching(/^3COPY .*1\.10 MB$/),
    ]);
    fireEvent.click(list.getByRole('button', { name: /WORKDIR/ }));
    expect(imagesStore.getState()).toMatchObject({
      selection: { part: 'm-linux/arm64 layer 1' },
      layer: { columnId: 'build b2\nm-linux/arm64', layer: 1 },
    });
    expect(
      details()
        .getByRole('button', { name: /WORKDIR/ })
        .getAttribute('aria-current'),
    ).toBe('true');
  });

  it('have the document as text, readable and as stored', async () => {
    await open();
    detailTab('Raw');
    const editor = await details().findByRole('textbox', { name: /^Raw application\/vnd\.oci/ });
    expect(editor).toHaveProperty('value', '{\n  "a": 1\n}');
    expect(core.paramsOf('images.raw')).toEqual([
      { source: { kind: 'build', buildId: 'b2' }, digest: sampleDigest('9f') },
    ]);
    fireEvent.click(details().getByRole('radio', { name: 'As stored' }));
    expect(editor).toHaveProperty('value', '{"a":1}');
    fireEvent.click(details().getByRole('button', { name: 'Copy JSON' }));
    expect(core.paramsOf('clipboard.write')).toEqual([{ text: '{"a":1}' }]);
  });

  it('show a layer’s descriptor in place of its bytes', async () => {
    await open();
    fireEvent.click(screen.getAllByRole('treeitem', { name: '2 WORKDIR /app' })[0]!);
    detailTab('Raw');
    const editor = await details().findByRole('textbox', { name: 'Raw Descriptor' });
    expect(JSON.parse((editor as HTMLTextAreaElement).value)).toMatchObject({ size: 93 });
    expect(core.paramsOf('images.raw')).toEqual([]);
  });

  it('say why a document can’t be read, and read it again', async () => {
    let fails = true;
    core = sampleStudio({
      'images.inspect': () => document,
      'images.provenance': () => sampleProvenance(),
      'images.sbom': () => sampleSbom(),
      'images.raw': () => {
        if (fails) throw new StudioError({ code: 'not-found', message: 'no such blob' });
        return { text: '{"long":', size: 9_000_000, truncated: true };
      },
    });
    await open();
    detailTab('Raw');
    expect((await details().findByRole('alert')).textContent).toContain('no such blob');
    fails = false;
    fireEvent.click(details().getByRole('button', { name: 'Try again' }));
    expect(await details().findByText(/^Only the beginning of 9\.00 MB is shown/)).toBeTruthy();
  });

  it('save a blob, and say where', async () => {
    await open();
    fireEvent.click(details().getByRole('button', { name: 'Save blob' }));
    expect(await details().findByText('Saved to /home/someone/blob.')).toBeTruthy();
    expect(core.paramsOf('images.saveBlob')).toEqual([
      { source: { kind: 'build', buildId: 'b2' }, digest: sampleDigest('9f'), size: 2400 },
    ]);
  });
});

describe('the panels', () => {
  it('show the provenance of the selected platform', async () => {
    await open();
    fireEvent.click(item('linux/arm64'));
    centreTab('Provenance');
    expect(await screen.findByText('SLSA v1')).toBeTruthy();
    expect(core.paramsOf('images.provenance').some(({ digest }) => digest === sampleDigest('e2f'))).toBe(
      true,
    );
    for (const text of ['1m 48s', 'c0ffee', 'https://github.com/acme/hello.git', 'final', 'dockerfile.v0']) {
      expect(screen.getByText(text)).toBeTruthy();
    }
    expect(within(screen.getByRole('table', { name: 'Build arguments' })).getByText('VERSION')).toBeTruthy();
    expect(screen.getByRole('list', { name: 'Secrets asked for' }).textContent).toBe('token optional');
    expect(screen.getByRole('list', { name: 'SSH asked for' }).textContent).toBe('default required');
    const materials = within(screen.getByRole('table', { name: 'Materials' }));
    expect(materials.getByText('pkg:docker/alpine@3.20')).toBeTruthy();
    fireEvent.click(materials.getByRole('button', { name: 'Copy the digest of pkg:docker/alpine@3.20' }));
    expect(core.paramsOf('clipboard.write')).toEqual([{ text: `sha256:${'be'.repeat(32)}` }]);
  });

  it('show the packages, filtered, by type, and sorted', async () => {
    await open();
    centreTab(/^SBOM/);
    const table = within(await screen.findByRole('table', { name: 'Packages' }));
    const names = (): (string | null | undefined)[] =>
      table
        .getAllByRole('row')
        .slice(1)
        .map((row) => within(row).getAllByRole('cell')[0]?.textContent);
    expect(screen.getByRole('tab', { name: 'SBOM 3' })).toBeTruthy();
    expect(names()).toEqual(['musl', 'busybox', 'golang.org/x/net']);
    fireEvent.click(table.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['busybox', 'golang.org/x/net', 'musl']);
    fireEvent.click(table.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['musl', 'golang.org/x/net', 'busybox']);
    expect(table.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter packages' }), {
      target: { value: 'MIT' },
    });
    expect(names()).toEqual(['musl']);
    expect(screen.getByText('1 of 3 packages')).toBeTruthy();
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter packages' }), {
      target: { value: 'xyz' },
    });
    expect(screen.getByText('No package matches')).toBeTruthy();
  });

  it('say what to do where nothing is attested', async () => {
    document = sampleImage({ root: sampleManifest('linux/amd64', 'a1') });
    await open();
    centreTab('SBOM');
    expect(screen.getByText('No SBOM for this platform')).toBeTruthy();
    centreTab('Provenance');
    expect(screen.getByText('No provenance for this platform')).toBeTruthy();
  });

  it('list what refers to the selected manifest, and show it in the details', async () => {
    const signature = sampleDescriptor({
      artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
      digest: sampleDigest('77'),
      annotations: { 'org.opencontainers.image.created': '2024-09-17T02:00:00Z' },
    });
    core = sampleStudio({
      'images.inspect': () => document,
      'images.provenance': () => sampleProvenance(),
      'images.sbom': () => sampleSbom(),
      'images.referrers': () => ({ foundBy: 'tag', referrers: [signature] }),
    });
    await open();
    fireEvent.click(item('linux/arm64'));
    centreTab('Referrers');
    expect(
      await screen.findByText(
        '1 manifest refers to it. Found by the tag that stands in for the referrers API.',
      ),
    ).toBeTruthy();
    press('Show application/vnd.dev.cosign.artifact.sig.v1+json, 777777777777');
    expect(details().getByText(sampleDigest('77'))).toBeTruthy();
    expect(details().getByText(sampleDigest('b1'), { selector: 'dd' })).toBeTruthy();
    const table = screen.getByRole('table', { name: 'Referrers' });
    expect(table.textContent).toContain('Sep 17, 2024');
    expect(table.textContent).not.toContain('2024-09-17T');
    expect(core.paramsOf('images.referrers').map(({ digest }) => digest)).toEqual([sampleDigest('b1')]);
  });

  it('say how nothing was found', async () => {
    await open();
    centreTab('Referrers');
    expect(await screen.findByText('Nothing refers to it')).toBeTruthy();
    expect(screen.getByText(/The place that it comes from keeps no referrers\.$/)).toBeTruthy();
  });
});

describe('the comparison', () => {
  it('is given the platforms, and the lines of the Dockerfile when they are known', async () => {
    await open();
    expect(screen.getByText('linux/amd64 linux/arm64 linux/arm/v7')).toBeTruthy();
    await waitFor(() => expect(columns[2]?.layerLines).toHaveLength(1));
    expect(core.paramsOf('images.provenance').map(({ digest }) => digest)).toEqual([
      sampleDigest('e1f'),
      sampleDigest('e2f'),
      sampleDigest('e3f'),
    ]);
    expect(columns[0]).toMatchObject({ imageName: 'ghcr.io/acme/hello:1.4.0', platform: 'linux/amd64' });
  });

  it('selects a layer in the tree and the details', async () => {
    await open();
    act(() => chooseLayer({ columnId: columns[1]!.id, layer: 2, row: 5 }));
    expect(imagesStore.getState().layer).toEqual({ columnId: columns[1]!.id, layer: 2, row: 5 });
    expect(
      screen.getByRole('treeitem', { selected: true, name: '3 COPY /app/hello /app/hello' }),
    ).toBeTruthy();
    expect(details().getByRole('heading', { name: 'Layer 3 of 3' })).toBeTruthy();
  });

  it('has the columns that are ticked', async () => {
    await open();
    press('Columns 3 of 3');
    const chooser = within(await screen.findByRole('dialog', { name: 'Columns' }));
    fireEvent.click(chooser.getByRole('checkbox', { name: 'linux/arm64' }));
    expect(columns.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm/v7']);
    fireEvent.click(chooser.getByRole('checkbox', { name: 'linux/amd64' }));
    expect(chooser.getByRole('checkbox', { name: 'linux/arm/v7' })).toHaveProperty('disabled', true);
    fireEvent.click(chooser.getByRole('checkbox', { name: 'linux/amd64' }));
    expect(columns.map(({ platform }) => platform)).toEqual(['linux/arm/v7', 'linux/amd64']);
  });

  it('puts the previous build beside it', async () => {
    document = { ...document, buildId: 'b2' };
    await open();
    press('Compare with…');
    fireEvent.click(await screen.findByRole('button', { name: 'Previous build (#1)' }));
    await waitFor(() => expect(columns).toHaveLength(6));
    expect(
      columns.map(({ source, platform }) => ('buildId' in source ? `${source.buildId} ${platform}` : '')),
    ).toEqual([
      'b2 linux/amd64',
      'b1 linux/amd64',
      'b2 linux/arm64',
      'b1 linux/arm64',
      'b2 linux/arm/v7',
      'b1 linux/arm/v7',
    ]);
    act(() => chooseLayer({ columnId: columns[1]!.id, layer: 0 }));
    expect(imagesStore.getState().selection?.image).toBe('build b1');
    expect(details().getByRole('heading', { name: 'Layer 1 of 3' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Stop comparing with ghcr.io/acme/hello:1.4.0' }));
    expect(columns).toHaveLength(3);
  });

  it('puts a tag or an archive beside it, and says why it can’t', async () => {
    await open();
    press('Compare with…');
    let dialog = within(await screen.findByRole('dialog', { name: /^Compare ghcr/ }));
    fireEvent.change(dialog.getByRole('textbox', { name: 'Reference to compare with' }), {
      target: { value: 'ghcr.io/acme/hello:1.3.2' },
    });
    fireEvent.click(dialog.getByRole('button', { name: 'Compare' }));
    await waitFor(() => expect(columns).toHaveLength(6));
    core = sampleStudio({
      'images.inspect': () => {
        throw new StudioError({ code: 'image-invalid', message: 'the archive is cut off' });
      },
      'dialogs.chooseFile': () => ({ path: '/src/old.tar' }),
    });
    press('Compare with…');
    dialog = within(await screen.findByRole('dialog', { name: /^Compare ghcr/ }));
    fireEvent.click(dialog.getByRole('button', { name: 'Archive…' }));
    expect((await screen.findByRole('alert')).textContent).toContain('the archive is cut off');
    expect(screen.getByText('/src/old.tar could not be opened.')).toBeTruthy();
  });

  it('says why a line can’t be shown', async () => {
    await open();
    act(() => goToLine('Dockerfile', 9));
    expect(await screen.findByText('Open the project that has Dockerfile to go to the line.')).toBeTruthy();
    press('Dismiss');
    expect(screen.queryByText(/to go to the line/)).toBeNull();
  });
});
