import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinaries } from '../../e2e/engine/binaries';
import { projectFolder, type ProjectFolder } from '../../e2e/fixtures/project';
import { testEngine } from './engine';
import { printed } from './testImages';

/** The real buildx on the engine's daemon: for what Manifold's own builds never ask for. */
export interface BuildxImages {
  /** Builds the project `name` of the folder with these flags. */
  build(files: Record<string, string>, ...flags: string[]): Promise<void>;
  run(...args: string[]): Promise<string>;
  dispose(): Promise<void>;
}

const builder = 'manifold-test-images';

export async function buildxImages(): Promise<BuildxImages> {
  const program = (await ensureBinaries({ buildx: true })).buildx!;
  const folder = await mkdtemp(join(tmpdir(), 'manifold-buildx-images-'));
  const env = { BUILDX_CONFIG: join(folder, 'buildx'), DOCKER_CONFIG: join(folder, 'docker') };
  const run = (...args: string[]): Promise<string> => printed(program, args, env);
  await run('create', '--name', builder, '--driver', 'remote', testEngine().buildkitAddress);
  const projects: ProjectFolder[] = [];
  return {
    run,
    async build(files, ...flags) {
      const project = await projectFolder(files);
      projects.push(project);
      await run('build', '--builder', builder, ...flags, project.path);
    },
    async dispose() {
      await Promise.all(projects.map((project) => project.remove()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const spdx = {
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://spdx.dev/Document',
  predicate: {
    spdxVersion: 'SPDX-2.3',
    creationInfo: { created: '2024-01-02T03:04:05Z', creators: ['Tool: tests-1', 'Organization: Manifold'] },
    packages: [
      {
        SPDXID: 'SPDXRef-Package-busybox',
        name: 'busybox',
        versionInfo: '1.36.1',
        licenseDeclared: 'GPL-2.0-only',
        sourceInfo: 'acquired package info from APK DB: /lib/apk/db/installed',
        externalRefs: [
          {
            referenceCategory: 'PACKAGE-MANAGER',
            referenceType: 'purl',
            referenceLocator: 'pkg:apk/alpine/busybox@1.36.1?arch=x86_64',
          },
        ],
      },
    ],
  },
};

/** A generator of SBOMs (BuildKit docs/attestations/sbom-protocol.md) that finds the same in every image. */
export const scannerProject = {
  Dockerfile:
    'FROM busybox\nCOPY sbom.json /sbom.json\n' +
    'ENTRYPOINT ["/bin/sh", "-c", "cp /sbom.json $BUILDKIT_SCAN_DESTINATION/$(basename $BUILDKIT_SCAN_SOURCE).spdx.json"]\n',
  'sbom.json': JSON.stringify(spdx),
};

/** An image whose config has everything a config can have. */
export const fullProject = {
  Dockerfile: [
    'FROM busybox AS base',
    'RUN echo shared > /shared',
    'FROM base',
    'ARG TARGETARCH',
    'ARG FLAVOUR=plain',
    'ENV FLAVOUR=$FLAVOUR EMPTY=',
    'LABEL org.example.title="A title" empty=""',
    'COPY hello.txt /hello.txt',
    'RUN echo $TARGETARCH > /architecture',
    'EXPOSE 80 53/udp',
    'VOLUME ["/data", "/more"]',
    'HEALTHCHECK --interval=5s --timeout=3s --start-period=2s --start-interval=1s --retries=4 CMD true',
    'USER 1000:1000',
    'WORKDIR /work',
    'STOPSIGNAL SIGINT',
    'SHELL ["/bin/sh", "-ec"]',
    'ONBUILD RUN true',
    'ENTRYPOINT ["/bin/sh"]',
    'CMD ["-c", "true"]',
    '',
  ].join('\n'),
  'hello.txt': 'hello\n',
};
