import { beforeEach, expect, test } from 'vitest';
import { projectStore, resetProject } from '../../stores/projectStore';
import { scriptedStudio } from '../../testing/scriptedStudio';
import { knownImages } from './knownImages';

beforeEach(() => {
  resetProject();
  projectStore.setState({
    project: { path: '/src/hello', name: 'hello', dockerfiles: [{ path: 'Dockerfile' }] } as never,
  });
});

test('images are known from the files, from what was looked at, and from the engine', async () => {
  const studio = scriptedStudio({
    'projects.readDockerfile': () => ({ text: 'FROM alpine:3\nFROM alpine:3\n', revision: 'r' }),
    'images.catalog': () => ({
      recent: ['ghcr.io/acme/hello:1', 'alpine:3'],
      engine: [{ context: 'default', id: 'sha256:1', references: ['local:dev'], size: 1, createdMs: 1 }],
    }),
  });
  expect(await knownImages()).toEqual(['alpine:3', 'ghcr.io/acme/hello:1', 'local:dev']);
  await knownImages();
  expect(studio.paramsOf('images.catalog')).toHaveLength(1);
});
