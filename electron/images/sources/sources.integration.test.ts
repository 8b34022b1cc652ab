import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import {
  startDockerEngine,
  type DockerEngine,
  type DockerEngineOptions,
} from '../../../e2e/engine/dockerEngine';
import { loadImage } from '../../../e2e/engine/loadImage';
import { projectFolder, threePlatforms, type ProjectFolder } from '../../../e2e/fixtures/project';
import type { ImageNode, ImageSource, ManifestNode } from '../../../shared/contract';
import { testEngine } from '../../testing/engine';
import { testBuilds, type TestBuilds } from '../../testing/testBuilds';
import { printed, testImages, type TestImages } from '../../testing/testImages';

const never = new AbortController().signal;
const dockerfile = 'FROM busybox\nARG TARGETARCH\nRUN echo $TARGETARCH > /architecture\nENV HELLO=world\n';

function manifestsOf(node: ImageNode): ManifestNode[] {
  if (node.type === 'index') return node.children.flatMap(manifestsOf);
  return node.type === 'manifest' ? [node] : [];
}
const imagesOf = (node: ImageNode): ManifestNode[] =>
  manifestsOf(node).filter(({ role }) => role === 'image');
const problemsOf = (node: ImageNode): (string | undefined)[] => [
  ...(node.problem === undefined ? [] : [node.problem.message]),
  ...(node.type === 'index' ? node.children.flatMap(problemsOf) : []),
];

/** Reads every layer to its end, which fails when one is not what its digest says. */
async function readLayers(images: TestImages, source: ImageSource, root: ImageNode): Promise<number> {
  let bytes = 0;
  await images.opener.use(
    source,
    async (image) => {
      for (const layer of imagesOf(root).flatMap(({ layers }) => layers))
        for await (const piece of image.stream(layer, never)) bytes += piece.length;
    },
    { signal: never },
  );
  return bytes;
}

describe('what a build made', () => {
  let project: ProjectFolder;
  let core: TestBuilds;
  let images: TestImages;
  beforeAll(async () => {
    project = await projectFolder({ 'hello.txt': 'hello' });
    core = await testBuilds(testEngine().buildkitAddress, project.path);
    images = await testImages({ builds: core.builds, builders: core.builders });
  });
  afterAll(async () => {
    await images.dispose();
    await core.dispose();
    await project.remove();
  });

  it('is read from its archive, and from the builder when the archive is gone', async () => {
    const summary = await core.run(dockerfile, { platforms: threePlatforms, output: { type: 'oci' } });
    const source: ImageSource = { kind: 'build', buildId: summary.id };
    const fromArchive = await images.inspection.inspect(source, never);
    expect(fromArchive).toMatchObject({
      name: `${summary.projectName} #${summary.number}`,
      buildId: summary.id,
    });
    expect(fromArchive.root.descriptor.digest).toBe(summary.result!.digest);
    expect(imagesOf(fromArchive.root).map(({ platform }) => platform)).toEqual(threePlatforms);
    expect(problemsOf(fromArchive.root)).toEqual([]);

    await rm(summary.result!.path!);
    const fromBuilder = await images.inspection.inspect(source, never);
    expect(fromBuilder.root).toEqual(fromArchive.root);
    expect(await readLayers(images, source, fromBuilder.root)).toBeGreaterThan(1000);
    const [layer] = imagesOf(fromBuilder.root)[0]!.layers;
    const part = await images.opener.use(
      source,
      async (image) => image.readPart!(layer!, { offset: 10, length: 5 }, never),
      { signal: never },
    );
    expect(part).toHaveLength(5);
  });

  it('is found in the history by its digest', async () => {
    const summary = await core.run(dockerfile, { platforms: threePlatforms, output: { type: 'oci' } });
    const archive: ImageSource = { kind: 'archive', path: summary.result!.path! };
    // Equal builds end with equal digests; the newest is meant.
    expect((await images.inspection.inspect(archive, never)).buildId).toBe(summary.id);
  });

  it('is read from where it was pushed', async () => {
    const reference = `${testEngine().registryHost}/sources/pushed:1`;
    const summary = await core.run(dockerfile, {
      platforms: threePlatforms,
      tags: [reference],
      output: { type: 'push' },
    });
    const document = await images.inspection.inspect({ kind: 'build', buildId: summary.id }, never);
    expect(document.pinned).toBe(reference.replace(':1', `@${summary.result!.digest}`));
    expect(document.root.descriptor.digest).toBe(summary.result!.digest);
    const byTag = await images.inspection.inspect({ kind: 'registry', reference }, never);
    expect(byTag.buildId).toBe(summary.id);
  });

  it('is no longer there when nothing is left of it', async () => {
    const summary = await core.run(dockerfile, { output: { type: 'oci' } });
    await writeFile(summary.result!.path!, 'something else');
    const gone = await testImages({
      builds: core.builds,
      builders: { get: () => undefined, reach: () => Promise.reject(new Error('never')) },
    });
    await expect(
      gone.inspection.inspect({ kind: 'build', buildId: summary.id }, never),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: `Nothing is left of the image of ${summary.projectName} #${summary.number}.`,
    });
    await gone.dispose();
    const folder = await core.run(dockerfile, {
      output: { type: 'local', path: join(core.folder, 'files') },
    });
    await expect(
      images.inspection.inspect({ kind: 'build', buildId: folder.id }, never),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('made no image'),
    });
  });
});

describe.each<[name: string, options: DockerEngineOptions]>([
  ['20.10', { version: 'old' }],
  ['26.1', { version: 'current' }],
  ['26.1 with containerd’s store', { version: 'current', containerdStore: true }],
])('the store of Docker %s', (_name, options) => {
  const name = 'example.com/engine/busybox:1';
  let engine: DockerEngine;
  let images: TestImages;
  beforeAll(async () => {
    engine = await startDockerEngine(options);
    const { binaries, registry } = currentEngine();
    await loadImage(engine, binaries, registry.host, 'library/busybox:latest');
    await printed(join(engine.programs, 'docker'), ['tag', 'library/busybox:latest', name]);
    images = await testImages({ env: { DOCKER_HOST: engine.host } });
  }, 900_000);
  afterAll(async () => {
    await images.dispose();
    await engine.stop();
  });

  it('lists its images', async () => {
    const { engine: listed, engineProblem } = await images.inspection.catalog(never);
    expect(engineProblem).toBeUndefined();
    const found = listed.find(({ references }) => references.includes(name))!;
    expect(found).toMatchObject({ context: 'default', id: expect.stringMatching(/^sha256:/) });
    expect(found.size).toBeGreaterThan(100_000);
    expect(found.createdMs).toBeGreaterThan(Date.parse('2020-01-01'));
    const byId = await images.inspection.inspect({ kind: 'engine', reference: found.id }, never);
    expect(imagesOf(byId.root)).toHaveLength(1);
  });

  it('opens one of them, to the last byte', async () => {
    const source: ImageSource = { kind: 'engine', reference: name };
    const document = await images.inspection.inspect(source, never);
    expect(document.name).toBe(name);
    expect(problemsOf(document.root)).toEqual([]);
    const [image] = imagesOf(document.root);
    const [theirs] = JSON.parse(await printed(join(engine.programs, 'docker'), ['inspect', name])) as [
      {
        Os: string;
        Architecture: string;
        Config: { Env: string[]; Cmd: string[] };
        RootFS: { Layers: string[] };
      },
    ];
    expect(image!.platform).toBe(`${theirs.Os}/${theirs.Architecture}`);
    expect(image!.image).toMatchObject({
      env: theirs.Config.Env,
      command: theirs.Config.Cmd,
      diffIds: theirs.RootFS.Layers,
    });
    expect(await readLayers(images, source, document.root)).toBeGreaterThan(100_000);
  });

  it('reads an archive of docker save with several images', async () => {
    const path = join(images.folder, 'saved.tar');
    await printed('sh', [
      '-c',
      `"${join(engine.programs, 'docker')}" save library/busybox:latest ${name} > "${path}"`,
    ]);
    const source: ImageSource = { kind: 'archive', path, reference: name };
    const document = await images.inspection.inspect(source, never);
    expect(problemsOf(document.root)).toEqual([]);
    expect(imagesOf(document.root)[0]!.platform).toBe('linux/amd64');
    expect(await readLayers(images, source, document.root)).toBeGreaterThan(100_000);
    await expect(
      images.inspection.inspect({ ...source, reference: 'example.com/none:1' }, never),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says what it has not', async () => {
    const missing: ImageSource = { kind: 'engine', reference: 'example.com/none:1' };
    await expect(images.inspection.inspect(missing, never)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('has no image example.com/none:1'),
    });
    await expect(
      images.inspection.inspect({ kind: 'engine', reference: '../../containers/x' }, never),
    ).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
