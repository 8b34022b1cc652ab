import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDockerfile, resolveStages, targetNames } from '../index';
import { completionsAt, formatDockerfile, foldingRanges, hoverAt, outline, readDocument } from '../language';
import { joinedOffset, readSource, sourceOffset } from '../source';
import { corpus } from './files';
import { lineEnds, pieces } from './pieces';

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...pieces) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);
const anyDockerfile = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom(...lineEnds))
  .map(([lines, end]) => lines.join(end));

const platform = { os: 'linux', architecture: 'amd64' };

/** Asks everything there is to ask about a text; throws what any of it throws. */
function askEverything(text: string, offsets: readonly number[]): void {
  const syntax = parseDockerfile(text);
  resolveStages(syntax, { platform, buildPlatform: platform });
  const document = readDocument(text);
  outline(document);
  foldingRanges(document);
  formatDockerfile(text, { indent: '  ' });
  for (const offset of offsets) {
    hoverAt(document, offset);
    const answer = completionsAt(document, offset);
    if (answer === undefined) continue;
    expect(answer.replace.start).toBeGreaterThanOrEqual(0);
    expect(answer.replace.start).toBeLessThanOrEqual(answer.replace.end);
    expect(answer.replace.end).toBe(offset);
    // An editor takes nothing that leads over a line's end.
    expect(text.slice(answer.replace.start, answer.replace.end)).not.toContain('\n');
  }
}

describe('the corpus', () => {
  it.each(corpus.map((file) => [file.name, file] as const))('%s', (_name, { text, builds }) => {
    askEverything(
      text,
      Array.from({ length: text.length + 1 }, (_, offset) => offset).filter((offset) => offset < 3000),
    );
    if (builds !== undefined) expect(targetNames(parseDockerfile(text))).toEqual(builds.targets);
  });

  it('is not changed in its stages by formatting', () => {
    for (const { text, builds } of corpus) {
      if (builds === undefined) continue;
      const stages = (source: string) =>
        parseDockerfile(source).stages.map(({ name, base, sources, instructions }) => [
          name,
          base,
          sources.map(({ from }) => from),
          instructions.map(({ keyword }) => keyword),
        ]);
      expect(stages(formatDockerfile(text, { indent: '    ' }))).toEqual(stages(text));
    }
  });
});

it('nothing throws on any text, at any place', () => {
  const any = fc.oneof(anyDockerfile, fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(any, fc.array(fc.nat(), { maxLength: 8 }), (text, seeds) =>
      askEverything(
        text,
        seeds.map((seed) => seed % (text.length + 1)),
      ),
    ),
    { numRuns: 1500 },
  );
});

it('every place of a joined instruction leads into the file and back', () => {
  fc.assert(
    fc.property(anyDockerfile, (text) => {
      for (const instruction of readSource(text).instructions) {
        for (let at = 0; at < instruction.text.length; at += 1) {
          const offset = sourceOffset(instruction, at);
          expect(text[offset]).toBe(instruction.text[at]);
          expect(joinedOffset(instruction, offset)).toBe(at);
        }
      }
    }),
    { numRuns: 500 },
  );
});

it('reads 10 MB for the language features in time in proportion to it', () => {
  const text = `FROM a AS b\n${`RUN --mount=type=cache,target=/c echo "$X" ${'y'.repeat(2000)}\n`.repeat(5000)}`;
  expect(text.length).toBeGreaterThan(10_000_000);
  const before = process.cpuUsage();
  expect(readDocument(text).instructions.length).toBe(5001);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
});
