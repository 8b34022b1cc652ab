import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryStep, ImageConfig, ManifestNode } from '../contract';
import { compareImages, rowOfLayer } from './imageComparison';
import type { ImageColumn } from './imageComparison';
import { configDifferences } from './imageComparisonConfig';
import { cleanInstruction, comparedWords } from './imageComparisonText';
import { totalsOf, unpackedSize } from './imageComparisonTotals';

const gzip = 'application/vnd.oci.image.layer.v1.tar+gzip';

interface Step {
  text?: string;
  /** Digest of the layer; none for a step without one. */
  blob?: string;
  diffId?: string;
  size?: number;
  created?: string;
}

function config(patch: Partial<ImageConfig> = {}): ImageConfig {
  return {
    env: [],
    exposedPorts: [],
    volumes: [],
    labels: {},
    onBuild: [],
    diffIds: [],
    history: [],
    ...patch,
  };
}

function column(id: string, steps: readonly Step[], patch: Partial<ImageColumn> = {}): ImageColumn {
  const layered = steps.filter(({ blob }) => blob !== undefined);
  let layer = 0;
  const history = steps.flatMap(({ text, blob, created }): HistoryStep[] => {
    const at = blob === undefined ? undefined : layer++;
    if (text === undefined) return [];
    return [
      {
        createdBy: text,
        ...(created === undefined ? {} : { created }),
        ...(at === undefined ? {} : { layer: at }),
      },
    ];
  });
  return {
    id,
    source: { kind: 'registry', reference: 'app' },
    imageName: 'app',
    platform: id,
    manifest: manifest(
      layered.map(({ blob, size }) => ({ digest: blob!, size: size ?? 100 })),
      config({
        history,
        diffIds: layered.map(({ blob, diffId }) => diffId ?? `diff of ${blob}`),
      }),
    ),
    ...patch,
  };
}

function manifest(layers: { digest: string; size: number }[], image?: ImageConfig): ManifestNode {
  return {
    id: 'm',
    type: 'manifest',
    role: 'image',
    annotations: {},
    descriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: 'sha256:m', size: 1 },
    layers: layers.map((layer) => ({ mediaType: gzip, ...layer })),
    ...(image === undefined ? {} : { image }),
    statements: [],
    totalSize: 0,
  };
}

/** A row as one line: for each column the digest, `-` for a step without a layer, `.` for no such step. */
function drawn(columns: readonly ImageColumn[]): string[] {
  return compareImages(columns).rows.map(({ text, cells }) =>
    [text, ...cells.map((cell) => (cell === undefined ? '.' : (cell.layer?.descriptor.digest ?? '-')))].join(
      ' | ',
    ),
  );
}

describe('a cleaned instruction', () => {
  it.each([
    ['/bin/sh -c #(nop)  CMD ["/bin/sh"]', 'CMD ["/bin/sh"]'],
    ['/bin/sh -c #(nop) ADD file:5758b97d8301 in / ', 'ADD file:5758b97d8301 in /'],
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['|1 VERSION=1.2 /bin/sh -c make install', 'RUN make install'],
    ['RUN /bin/sh -c apk add curl # buildkit', 'RUN apk add curl'],
    ['RUN |2 TARGETARCH=arm64 GREETING=hello world /bin/sh -c go build # buildkit', 'RUN go build'],
    ['RUN /bin/bash -o pipefail -c set -e; true # buildkit', 'RUN set -e; true'],
    ['RUN |1 A=1 /usr/bin/env true # buildkit', 'RUN /usr/bin/env true'],
    ['RUN cmd /S /C echo hi # buildkit', 'RUN echo hi'],
    ['RUN /bin/sh -c a \t\t&& b\n  && c # buildkit', 'RUN a && b && c'],
    ['COPY /app/hello . # buildkit', 'COPY /app/hello .'],
    ['WORKDIR /app', 'WORKDIR /app'],
    ['bazel build ...', 'bazel build ...'],
    ['', ''],
  ])('of %j is %j', (createdBy, cleaned) => expect(cleanInstruction(createdBy)).toBe(cleaned));

  it('is at its end: cleaning once more changes nothing', () => {
    const word = fc.constantFrom('RUN', '/bin/sh', '-c', '#(nop)', '|1', 'A=1', 'CMD', 'x', '#', 'buildkit');
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(cleanInstruction(words.join(' '))).not.toMatch(/\n|^ | $/);
      }),
    );
  });
});

it('compares words without what is of a platform only', () => {
  const words = (text: string): string => comparedWords(text).join(' ');
  expect(words('ADD alpine-minirootfs-3.20.3-x86_64.tar.gz /')).toBe(
    words('ADD alpine-minirootfs-3.20.3-aarch64.tar.gz /'),
  );
  expect(words('COPY --platform=linux/arm/v7 a b')).toBe(words('COPY --platform=linux/amd64 a b'));
  expect(words(`ADD file:${'ab1'.repeat(21)} in /`)).toBe(words(`ADD file:${'0c2'.repeat(21)} in /`));
  expect(words('RUN make arm')).not.toBe(words('RUN make army'));
  expect(words('RUN curl 3.20')).not.toBe(words('RUN curl 3.21'));
});

describe('steps', () => {
  const program: Step[] = [
    { text: 'ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit', blob: 'a1' },
    { text: 'CMD ["/bin/sh"]' },
    { text: 'WORKDIR /app', blob: 'w' },
    { text: 'COPY /app/hello . # buildkit', blob: 'c1' },
  ];
  const arm: Step[] = [
    { text: 'ADD alpine-minirootfs-3.20.3-aarch64.tar.gz / # buildkit', blob: 'a2' },
    { text: 'CMD ["/bin/sh"]' },
    { text: 'WORKDIR /app', blob: 'w' },
    { text: 'COPY /app/hello . # buildkit', blob: 'c2' },
  ];

  it('that differ by platform only are one', () => {
    const columns = [column('linux/amd64', program), column('linux/arm64', arm)];
    expect(drawn(columns)).toEqual([
      'ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / | a1 | a2',
      'CMD ["/bin/sh"] | - | -',
      'WORKDIR /app | w | w',
      'COPY /app/hello . | c1 | c2',
    ]);
    expect(compareImages(columns).rows.map(({ relation }) => relation)).toEqual([
      'different',
      'none',
      'identical',
      'different',
    ]);
    expect(rowOfLayer(compareImages(columns), columns, { columnId: 'linux/arm64', layer: 1 })).toBe(2);
  });

  it('that one image lacks leave a gap, wherever it is', () => {
    const extra: Step = { text: 'RUN apk add curl # buildkit', blob: 'x' };
    const columns = [column('a', [program[0]!, extra, ...program.slice(1)]), column('b', arm)];
    expect(drawn(columns)[1]).toBe('RUN apk add curl | x | .');
    expect(compareImages(columns).rows).toHaveLength(5);
    expect(compareImages(columns).rows[1]!.relation).toBe('single');
  });

  it('with the same blob are one, whatever their text', () => {
    expect(
      drawn([
        column('a', [
          { text: 'COPY a /', blob: '1' },
          { text: 'RUN x', blob: '2' },
        ]),
        column('b', [
          { text: 'RUN something else', blob: '0' },
          { text: 'COPY a /', blob: '1' },
          { text: 'RUN x', blob: '2' },
        ]),
      ]),
    ).toEqual(['RUN something else | . | 0', 'COPY a / | 1 | 1', 'RUN x | 2 | 2']);
  });

  it('are not torn apart by an empty layer that stands at another place', () => {
    expect(
      drawn([
        column('a', [
          { text: 'WORKDIR /a', blob: 'empty' },
          { text: 'COPY one two /', blob: '1' },
        ]),
        column('b', [
          { text: 'COPY one two /', blob: '2' },
          { text: 'WORKDIR /b', blob: 'empty' },
        ]),
      ]),
    ).toContain('COPY one two / | 1 | 2');
  });

  it('with nothing in common are apart', () => {
    expect(
      drawn([column('a', [{ text: 'RUN make', blob: '1' }]), column('b', [{ text: 'COPY a /', blob: '2' }])]),
    ).toEqual(['RUN make | 1 | .', 'COPY a / | . | 2']);
  });

  it('say when content is the same though it is compressed in another way', () => {
    const columns = [
      column('a', [{ text: 'COPY a /', blob: 'gz', diffId: 'd' }]),
      column('b', [{ text: 'COPY a /', blob: 'zst', diffId: 'd' }]),
    ];
    expect(compareImages(columns).rows.map(({ relation }) => relation)).toEqual(['same-content']);
    const third = column('c', [{ text: 'COPY a /', blob: 'other' }]);
    expect(compareImages([...columns, third]).rows[0]!.relation).toBe('partly');
  });

  it('without a history are aligned by digest, and what is between by place', () => {
    const bare = (id: string, blobs: string[]): ImageColumn =>
      column(
        id,
        blobs.map((blob) => ({ blob })),
      );
    expect(drawn([bare('a', ['1', 'x', '3']), bare('b', ['1', 'y', '3', '4'])])).toEqual([
      ' | 1 | 1',
      ' | x | y',
      ' | 3 | 3',
      ' | . | 4',
    ]);
    const unread = { ...bare('c', []), manifest: manifest([{ digest: '1', size: 1 }]) };
    expect(drawn([unread, bare('a', ['1'])])).toEqual([' | 1 | 1']);
  });

  it('that make a layer on one platform only are one', () => {
    expect(
      drawn([column('a', [{ text: 'WORKDIR /x', blob: '1' }]), column('b', [{ text: 'WORKDIR /x' }])]),
    ).toEqual(['WORKDIR /x | 1 | -']);
  });

  it('go by Dockerfile line where a Dockerfile says the same twice', () => {
    const lines = (digests: [string, number][]) => ({
      layerLines: digests.map(([digest, line]) => ({
        digest,
        file: 'Dockerfile',
        startLine: line,
        endLine: line,
      })),
    });
    const twice: Step[] = [
      { text: 'RUN step', blob: '1' },
      { text: 'RUN step', blob: '2' },
    ];
    const columns = [
      column(
        'a',
        twice,
        lines([
          ['1', 4],
          ['2', 7],
        ]),
      ),
      column('b', [{ text: 'RUN step', blob: '3' }], lines([['3', 7]])),
    ];
    expect(drawn(columns)).toEqual(['RUN step | 1 | .', 'RUN step | 2 | 3']);
    expect(compareImages(columns).rows[1]!.lines).toEqual({ file: 'Dockerfile', startLine: 7, endLine: 7 });
  });
});

describe('sections', () => {
  const place = (digest: string, startLine: number, endLine = startLine) => ({
    digest,
    file: 'Dockerfile',
    startLine,
    endLine,
  });
  const steps: Step[] = [
    { text: 'ADD rootfs /', blob: 'b1', created: '2024-01-01T00:00:00Z' },
    { text: 'RUN setup', blob: 'b2', created: '2024-01-01T00:00:00Z' },
    { text: 'CMD ["sh"]', created: '2024-01-01T00:00:01Z' },
    { text: 'ENV A=1', created: '2026-01-01T00:00:00Z' },
    { text: 'COPY a /', blob: 'c', created: '2026-01-01T00:00:00Z' },
    { text: 'RUN make', blob: 'd', created: '2026-01-01T00:00:09Z' },
  ];

  it('part the base image, whose layers come from one FROM, from what was built on it', () => {
    const layerLines = [place('b1', 3), place('b2', 3), place('c', 5), place('d', 7, 9)];
    expect(compareImages([column('a', steps, { layerLines })]).sections).toEqual([
      { firstRow: 0, rowCount: 3, origin: { kind: 'base' } },
      { firstRow: 3, rowCount: 3, origin: { kind: 'built', file: 'Dockerfile', startLine: 5, endLine: 9 } },
    ]);
  });

  it('name the base where annotations do', () => {
    const one = column('a', steps, { layerLines: [place('c', 5)] });
    one.manifest.annotations = {
      'org.opencontainers.image.base.name': 'docker.io/library/alpine:latest',
      'org.opencontainers.image.base.digest': 'sha256:1',
    };
    expect(compareImages([one]).sections[0]).toEqual({
      firstRow: 0,
      rowCount: 3,
      origin: { kind: 'base', name: 'docker.io/library/alpine:latest', digest: 'sha256:1' },
    });
  });

  it('are none without lines', () => expect(compareImages([column('a', steps)]).sections).toEqual([]));
});

describe('whatever the images', () => {
  const step = fc.record(
    {
      text: fc.constantFrom('RUN a b', 'RUN a c', 'RUN d', 'COPY x /', 'ENV A=1', 'bare words'),
      blob: fc.constantFrom('1', '2', '3', '4', '5'),
    },
    { requiredKeys: [] },
  );
  const images = fc.array(fc.array(step, { maxLength: 12 }), { minLength: 1, maxLength: 5 });
  const named = (programs: readonly (readonly Step[])[]): ImageColumn[] =>
    programs.map((steps, index) => column(`p${index}`, steps));

  it('every layer of every column stands in exactly one row, in order', () => {
    fc.assert(
      fc.property(images, fc.nat(3), (programs, cut) => {
        const columns = named(programs);
        // A history that is shorter than the layers.
        columns[0]!.manifest.image!.history.splice(0, cut);
        const { rows } = compareImages(columns);
        columns.forEach(({ manifest: { layers } }, index) => {
          const positions = rows.flatMap(({ cells }) => cells[index]?.layer?.position ?? []);
          expect(positions).toEqual(layers.map((_, position) => position));
        });
        for (const { cells } of rows) expect(cells.some((cell) => cell !== undefined)).toBe(true);
      }),
    );
  });

  it('the same one is identical to itself', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: 2, max: 4 }), (steps, count) => {
        const { rows } = compareImages(named(new Array(count).fill(steps)));
        const relations = new Set(rows.map(({ relation }) => relation));
        relations.delete('none');
        relations.delete('identical');
        expect([...relations]).toEqual([]);
        expect(rows.every(({ cells }) => cells.every((cell) => cell !== undefined))).toBe(true);
      }),
    );
  });

  /** Programs of steps that all differ. */
  const distinct = fc
    .uniqueArray(fc.nat(500), { minLength: 1, maxLength: 30 })
    .map((numbers) => numbers.map((n): Step => ({ text: `RUN step${n} x${n}`, blob: `b${n}` })));

  it('a step that one lacks is one gap', () => {
    fc.assert(
      fc.property(distinct, fc.nat(), (steps, at) => {
        const missing = at % steps.length;
        const { rows } = compareImages(named([steps, steps.filter((_, index) => index !== missing)]));
        expect(rows).toHaveLength(steps.length);
        expect(rows.map(({ cells }) => cells[1] === undefined)).toEqual(
          steps.map((_, index) => index === missing),
        );
      }),
    );
  });

  it('the order of the columns changes nothing when one has the steps of all', () => {
    fc.assert(
      fc.property(
        distinct,
        fc.array(fc.array(fc.boolean()), { maxLength: 4 }),
        fc.nat(4),
        (steps, kept, at) => {
          const columns = named([
            steps,
            ...kept.map((flags) => steps.filter((_, index) => flags[index] ?? false)),
          ]);
          const first = at % columns.length;
          const turned = [...columns.slice(first), ...columns.slice(0, first)];
          const unturned = drawn(turned).map((row) => {
            const [text, ...cells] = row.split(' | ');
            return [text, ...cells.slice(columns.length - first), ...cells.slice(0, columns.length - first)];
          });
          expect(unturned.map((cells) => cells.join(' | '))).toEqual(drawn(columns));
        },
      ),
    );
  });
});

it('compares eight images of 127 layers within 20 ms', () => {
  const steps = Array.from({ length: 127 }, (_, n) => [
    { text: `ENV NAME_${n}=value` },
    {
      text: `RUN /bin/sh -c set -eux; apk add --no-cache package-${n} tool${n}; rm -rf /tmp/${n} # buildkit`,
      n,
    },
  ]).flat();
  const columns = Array.from({ length: 8 }, (_, platform) =>
    column(
      `p${platform}`,
      steps.map((one) => ({ text: one.text, ...('n' in one ? { blob: `${platform}/${one.n}` } : {}) })),
    ),
  );
  compareImages(columns.slice(0, 2));
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    expect(compareImages(columns).rows).toHaveLength(254);
    return performance.now() - start;
  });
  // 11 ms where it was measured; a slower machine may take longer.
  expect(Math.min(...times)).toBeLessThan(60);
});

describe('totals', () => {
  const columns = [
    column('a', [
      { blob: 'x', size: 100 },
      { blob: 's', size: 10 },
    ]),
    column('b', [
      { blob: 'y', size: 109 },
      { blob: 's', size: 10 },
      { blob: 't', size: 2 },
    ]),
    column('c', [
      { blob: 's', size: 10 },
      { blob: 't', size: 2 },
    ]),
  ];

  it('say what is shared, what is not, and what is stored', () => {
    const totals = totalsOf(columns);
    expect(totals.columns.map(({ bytes }) => bytes)).toEqual([110, 121, 12]);
    expect(totals.columns[1]!.differencePercent).toBeCloseTo(10);
    expect(totals.columns[0]!.unique).toEqual({ layers: 1, bytes: 100 });
    expect(totals.sharedByAll).toEqual({ layers: 1, bytes: 10 });
    expect(totals.pairs[1]![2]).toEqual({ layers: 2, bytes: 12 });
    expect(totals.pairs[2]![1]).toEqual(totals.pairs[1]![2]);
    expect(totals.stored).toEqual({ layers: 4, bytes: 221 });
    expect(totals.bytes).toBe(243);
  });

  it('have no percentage without a reference', () => {
    expect(totalsOf([column('a', []), columns[0]!]).columns[1]).not.toHaveProperty('differencePercent');
  });

  it('know an unpacked size from reading, from an annotation, or because nothing is packed', () => {
    const layer = { mediaType: gzip, digest: 'x', size: 5 };
    expect(unpackedSize(layer, new Map())).toBeUndefined();
    expect(unpackedSize(layer, new Map([['x', 9]]))).toBe(9);
    const annotations = { 'io.containers.estargz.uncompressed-size': '12' };
    expect(unpackedSize({ ...layer, annotations }, new Map())).toBe(12);
    expect(unpackedSize({ ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar' }, new Map())).toBe(
      5,
    );
  });
});

describe('differences of the configuration', () => {
  const withConfig = (id: string, patch: Partial<ImageConfig>): ImageColumn => ({
    ...column(id, []),
    manifest: manifest([], config(patch)),
  });

  it('are what differs, with a value a column', () => {
    const columns = [
      withConfig('a', {
        env: ['PATH=/bin', 'ARCH=amd64'],
        user: 'app',
        command: ['./hello'],
        labels: { v: '1' },
        exposedPorts: ['80/tcp'],
        healthCheck: { test: ['CMD', 'true'], interval: 5e9, retries: 3 },
      }),
      withConfig('b', {
        env: ['PATH=/bin', 'ARCH=arm64', 'EXTRA='],
        user: 'app',
        command: ['./hello', '-v'],
        labels: { v: '2' },
      }),
    ];
    expect(configDifferences(columns)).toEqual([
      { part: 'command', name: '', values: ['["./hello"]', '["./hello","-v"]'] },
      { part: 'env', name: 'ARCH', values: ['amd64', 'arm64'] },
      { part: 'env', name: 'EXTRA', values: [undefined, ''] },
      { part: 'port', name: '80/tcp', values: ['80/tcp', undefined] },
      { part: 'label', name: 'v', values: ['1', '2'] },
      {
        part: 'healthCheck',
        name: '',
        values: ['--interval=5s --retries=3 ["CMD","true"]', undefined],
      },
    ]);
  });

  it('are none between equal ones, and an unread one says nothing', () => {
    const one = withConfig('a', { env: ['A=1'], volumes: ['/data'] });
    const unread = { ...column('c', []), manifest: manifest([]) };
    expect(configDifferences([one, { ...one, id: 'b' }, unread])).toEqual([]);
  });
});
