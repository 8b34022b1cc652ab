import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDockerfile, resolveStages, targetNames } from '../../shared/dockerfile';
import { corpus, type CorpusFile } from '../../shared/dockerfile/corpus/files';
import { canonicalName, parseReference } from '../../shared/model/reference';
import { dialUnix, testEngine } from '../testing/engine';
import { tarContext } from '../testing/tarContext';
import { BuildkitClient, runSolve } from './index';

let client: BuildkitClient;
beforeAll(async () => {
  client = await BuildkitClient.connect(dialUnix(testEngine().socketPath));
});
afterAll(() => client.close());

/** Builds a target without exporting it, and tells the names of its steps. */
async function stepsOf({ text, context, builds }: CorpusFile, target: string | undefined): Promise<string[]> {
  const { service, frontendAttrs } = tarContext({ ...context, Dockerfile: text });
  const names = new Set<string>();
  await runSolve(client, {
    request: {
      frontend: 'dockerfile.v0',
      frontendAttrs: {
        ...frontendAttrs,
        platform: 'linux/amd64',
        ...(target !== undefined && { target }),
        ...Object.fromEntries(
          Object.entries(builds?.buildArgs ?? {}).map(([name, value]) => [`build-arg:${name}`, value]),
        ),
      },
    },
    services: [service],
    onStatus: (event) => event.vertexes.forEach(({ name }) => void names.add(name)),
  });
  return [...names];
}

const canonical = (reference: string): string => {
  const parsed = parseReference(reference);
  return parsed.ok ? canonicalName(parsed.value) : reference;
};
/** The images whose metadata BuildKit asked for. */
const imagesOf = (steps: readonly string[]): string[] =>
  steps.flatMap((name) => /load metadata for (\S+)$/.exec(name)?.[1] ?? []).sort();
/** The stages that steps belong to; a lone stage without a name has none. */
const stagesOf = (steps: readonly string[]): Set<string> =>
  new Set(steps.flatMap((name) => /^\[(?:\S*\/\S* )?([^\s/]+) +\d+\/\d+\] /.exec(name)?.[1] ?? []));

const makesLayers = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

describe('our reading of the corpus is BuildKit’s', () => {
  const buildable = corpus.filter(({ builds }) => builds !== undefined);
  it.each(buildable.map((file) => [file.name, file] as const))('%s', async (_name, file) => {
    const syntax = parseDockerfile(file.text);
    for (const target of [undefined, ...targetNames(syntax)]) {
      const graph = resolveStages(syntax, {
        platform: { os: 'linux', architecture: 'amd64' },
        buildPlatform: { os: 'linux', architecture: 'amd64' },
        ...(file.builds?.buildArgs && { buildArgs: file.builds.buildArgs }),
        ...(target !== undefined && { target }),
      });
      const steps = await stepsOf(file, target);
      const images = graph.images.filter(({ needed }) => needed).map(({ reference }) => canonical(reference));
      expect(imagesOf(steps), `images of ${target}`).toEqual([...new Set(images)].sort());
      const needed = graph.stages.filter((stage) => stage.needed);
      const labels = needed.map(({ label }) => label);
      for (const stage of stagesOf(steps)) expect(labels, `stages of ${target}`).toContain(stage);
      if (syntax.stages.length < 2) continue;
      for (const { label, index } of needed) {
        const hasLayers = syntax.stages[index]!.instructions.some(({ keyword }) => makesLayers.has(keyword));
        if (hasLayers) expect([...stagesOf(steps)], `steps of ${target}`).toContain(label);
      }
    }
  });

  it.each(buildable.map((file) => [file.name, file] as const))(
    '%s has no other target',
    async (_name, file) => {
      await expect(stepsOf(file, 'no-such-stage')).rejects.toThrow('no-such-stage');
    },
  );
});
