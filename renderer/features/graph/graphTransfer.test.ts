import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import { GraphSession } from './graphSession';
import type { Graph } from './graphSession';
import { GraphPacker, GraphUnpacker } from './graphTransfer';

const made = (session: GraphSession, text: string): Graph =>
  session.graph({
    file: 'Dockerfile',
    text,
    settings: { ...defaultBuildSettings, platforms: ['linux/amd64', 'linux/arm64'] },
    ownPlatform: 'linux/amd64',
    steps: 'auto',
    turned: [],
    tidied: 0,
  });

test('any graphs arrive as they were made, however they follow each other', () => {
  const line = fc.constantFrom(
    'FROM a AS one',
    'FROM one AS two',
    'FROM one AS one',
    'FROM $TARGETARCH',
    'RUN true',
    'COPY --from=two /x /',
    'ARG A=1',
    '',
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
      const [session, packer, unpacker] = [new GraphSession(), new GraphPacker(), new GraphUnpacker()];
      for (const one of texts) {
        const graph = made(session, one);
        expect(unpacker.unpack(structuredClone(packer.pack(graph)))).toEqual(graph);
      }
    }),
  );
});

test('what did not change is the same object, and is not sent again', () => {
  const [session, packer, unpacker] = [new GraphSession(), new GraphPacker(), new GraphUnpacker()];
  const stages = Array.from({ length: 50 }, (_, index) => `FROM busybox AS s${index}\nRUN echo ${index}\n`);
  const first = unpacker.unpack(structuredClone(packer.pack(made(session, stages.join('')))));
  const packed = structuredClone(packer.pack(made(session, `${stages.join('')}RUN more`)));
  const second = unpacker.unpack(packed);
  expect(packed.model.stages.filter((stage) => typeof stage !== 'number')).toHaveLength(1);
  expect(second.model.stages[10]).toBe(first.model.stages[10]);
  expect(second.model.edges).toBe(first.model.edges);
  expect(second.layout.places).toBe(first.layout.places);
  expect(second.model.platforms).toBe(first.model.platforms);
  expect(second.model.stages.at(-1)?.steps).toHaveLength(3);
});
